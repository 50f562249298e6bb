using FsCheck;
using FsCheck.Fluent;

namespace Postern.Tests;

/// <summary>Generators, and the one way to check a law over them.</summary>
internal static class Any
{
    private const string Hostile = "%%%+&=;:/?#@\\.,\"'{}[]<>() \0\r\n\t\u0085\u00e9\u20ac\ud83d\ude00\ud800\udc00\uffff";
    private const string Plain = "aZ09-_~.";

    /// <summary>Any UTF-16 whatever, broken surrogates and NUL included, with a taste for characters that mean something somewhere.</summary>
    public static Gen<string> Text { get; } =
        Gen.OneOf(
            ArbMap.Default.GeneratorFor<string>().Select(text => text ?? ""),
            Chars(Hostile + Plain),
            Chars(Plain)
        );

    /// <summary>Text of whole Unicode characters, none of them a control character: what survives encoding.</summary>
    public static Gen<string> PrintableText { get; } = Chars("aZ09-_~.%+&=;:/?#@\\\"{} \u00e9\u20ac\u4e2d");

    /// <summary>A scope value as RFC 6749 §3.3 has it, of few letters so that sets overlap.</summary>
    public static Gen<string> ScopeText { get; } =
        Gen.Elements("a", "b", "c", "openid", "orders:read").ListOf().Select(values => string.Join(' ', values.Take(8)));

    public static Gen<byte[]> Bytes(int size) => Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf(size);

    /// <summary>One of the samples with a character changed, dropped or put in, cut short, doubled, or as it is.</summary>
    public static Gen<string> Mangled(params string[] samples) =>
        from sample in Gen.Elements(samples)
        from at in Gen.Choose(0, sample.Length)
        from insert in Gen.Elements((Hostile + Plain).ToCharArray())
        from how in Gen.Choose(0, 5)
        select how switch
        {
            0 => sample[..at],
            1 => sample[..at] + insert + sample[at..],
            2 when at < sample.Length => sample[..at] + insert + sample[(at + 1)..],
            3 when at < sample.Length => sample.Remove(at, 1),
            4 => sample + sample,
            _ => sample,
        };

    /// <summary>Fails with the smallest counterexample that it finds.</summary>
    public static void Always<T>(Gen<T> values, Func<T, bool> law, int times = 500) =>
        Prop.ForAll(values.ToArbitrary(), law).Check(Config.QuickThrowOnFailure.WithMaxTest(times));

    private static Gen<string> Chars(string alphabet) => Gen.Elements(alphabet.ToCharArray()).ArrayOf().Select(chars => new string(chars));
}

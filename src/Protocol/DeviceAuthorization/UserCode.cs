using System.Security.Cryptography;
using System.Text;

namespace Postern.Protocol;

/// <summary>
/// The code that a device shows and a person types (RFC 8628 §6.1): eight letters without vowels, so that none is a word, and without
/// those that look alike. 20^8 of them, of which a guesser has a handful of tries.
/// </summary>
public sealed record UserCode
{
    /// <summary>The wire name.</summary>
    public const string Parameter = "user_code";

    /// <summary>Random bytes that one is made of.</summary>
    public const int Entropy = 8;

    private const string Alphabet = "BCDFGHJKLMNPQRSTVWXZ";
    private const int Length = 8;

    // What people read for a letter that is there.
    private const string Lookalikes = "1L5S2Z8B6G0QILOQUV";

    private readonly string letters;

    private UserCode(string letters) => this.letters = letters;

    /// <summary>In two groups, as people read it aloud.</summary>
    public override string ToString() => $"{letters[..4]}-{letters[4..]}";

    /// <param name="random">As many random bytes as <see cref="Entropy"/>: the remainder of 64 bits favours no code by more than one in 10^8.</param>
    public static UserCode From(ReadOnlySpan<byte> random)
    {
        var number = System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(random);
        var letters = new char[Length];
        for (var at = 0; at < Length; at++, number /= (ulong)Alphabet.Length)
            letters[at] = Alphabet[(int)(number % (ulong)Alphabet.Length)];
        return new UserCode(new string(letters));
    }

    /// <summary>As it was typed: in any case, with or without signs and blanks between, lookalikes forgiven. Null for what cannot be one.</summary>
    public static UserCode? TryParse(string? typed)
    {
        if (typed is not { Length: <= 64 })
            return null;
        var letters = string.Concat(typed.ToUpperInvariant().Where(c => !IsBetween(c)).Select(Meant));
        return letters.Length == Length && letters.All(c => Alphabet.Contains(c, StringComparison.Ordinal)) ? new UserCode(letters) : null;
    }

    /// <summary>Names the row of an authorization that ends on this day. The code itself is in no row.</summary>
    public RowId Row(DateOnly day)
    {
        var hash = SHA256.HashData(Encoding.ASCII.GetBytes($"user_code {letters}"));
        return new RowId(day, System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash));
    }

    private static bool IsBetween(char c) => char.IsWhiteSpace(c) || c == '.' || char.GetUnicodeCategory(c) is
        System.Globalization.UnicodeCategory.DashPunctuation or System.Globalization.UnicodeCategory.Format;

    private static char Meant(char typed)
    {
        for (var at = 0; at < Lookalikes.Length; at += 2)
        {
            if (Lookalikes[at] == typed)
                return Lookalikes[at + 1];
        }
        return typed;
    }
}

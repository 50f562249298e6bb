using System.Globalization;
using Postern.Protocol;

namespace Postern.Tests;

[Spec("UAX", "15")]
public class NfcTests
{
    [Theory]
    [InlineData("e\u0301", "\u00e9")]
    [InlineData("\u00e9", "\u00e9")]
    [InlineData("\u212b", "\u00c5")]
    [InlineData("\u1112\u1161\u11ab", "\ud55c")]
    [InlineData("a\u0323\u0307", "\u1ea1\u0307")]
    [InlineData("\ufb01", "\ufb01")] // a ligature is another character, not another spelling (NFKC)
    [InlineData("a\tb\u007f\u0085\0", "a\tb\u007f\u0085\0")]
    public void A_text_has_one_spelling(string text, string normalized) => Assert.Equal(normalized, Nfc.OrNull(text));

    [Fact]
    public void What_is_no_text_has_none() => Assert.All(["\ud83d", "a\ude00b", "\ufffe"], text => Assert.Null(Nfc.OrNull(text)));

    [Fact]
    public void Plain_ASCII_is_its_own() => Any.Always(Any.Text, text => !System.Text.Ascii.IsValid(text) || Nfc.OrNull(text) == text);

    [Fact]
    public void Normalization_works_here_and_the_culture_is_the_invariant_one()
    {
        Assert.Null(Nfc.Problem);
        Assert.Equal(CultureInfo.InvariantCulture, CultureInfo.CurrentCulture);
    }

    [Theory]
    [InlineData(1024, true)]
    [InlineData(1025, false)]
    public void A_password_is_as_long_as_it_has_characters(int count, bool accepted)
    {
        var typed = string.Concat(Enumerable.Repeat("\ud83d\ude00", count));
        Assert.Equal(accepted, PasswordText.Normalize(typed) is not null);
    }
}

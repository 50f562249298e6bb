using Postern.Protocol;

namespace Postern.Tests;

public class LoginNameTests
{
    [Theory, Rfc(6819, "5.1.4.2.3")]
    [InlineData("Alice@Example.COM", "alice@example.com")]
    [InlineData("  alice ", "alice")]
    [InlineData("a", "a")]
    [InlineData("alice\t", "alice")]
    [InlineData("\talice\r\n", "alice")]
    [InlineData("alice\u0085", "alice")]
    [InlineData("alice\u007f", "alice")]
    [InlineData("\u00a0alice\u3000", "alice")]
    [InlineData("\ufeffalice", "alice")]
    [InlineData("\u202aalice\u202c", "alice")]
    [InlineData("alice\u200b", "alice")]
    [InlineData("alice\0", "alice")]
    [InlineData("\u212Aate", "kate")] // the Kelvin sign is a K in NFC
    public void A_login_name_has_one_spelling(string typed, string canonical) => Assert.Equal(canonical, LoginName.Canonical(typed));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("a b")]
    [InlineData("a\tb")]
    [InlineData("al\0ice")]
    [InlineData("al\u200bice")]
    [InlineData("\u202ealice\u202c!\u202e.")]
    [InlineData("älice")]
    [InlineData("аlice")] // a Cyrillic а
    [InlineData("Max Mustermann")]
    [InlineData("Jos\u00e9")]
    [InlineData("Jos\u0065\u0301")]
    [InlineData("\u0130rem")]
    [InlineData("\ud83d\ude00")]
    public void Anything_but_printable_ASCII_is_no_login_name(string? typed) => Assert.Null(LoginName.Canonical(typed));

    [Theory]
    [InlineData(LoginName.MaxLength, true)]
    [InlineData(LoginName.MaxLength + 1, false)]
    public void A_login_name_has_a_longest_length(int length, bool accepted) =>
        Assert.Equal(accepted, LoginName.Canonical(new string('a', length)) is not null);

    [Fact]
    public void A_canonical_login_name_is_its_own() =>
        Any.Always(Any.Text, typed => LoginName.Canonical(typed) is not { } name || LoginName.Canonical(name) == name);

    [Fact, Rfc(6819, "5.1.4.2.3")]
    public void Names_that_nobody_can_have_are_told_apart_and_have_one_spelling_each()
    {
        string[] typed = ["Max Mustermann", "Erika Mustermann", "José", "Zoë", "李雷", "a b", "\ud83d\ude00"];
        Assert.Equal(typed.Length, typed.Select(LoginName.Normalize).Distinct(StringComparer.Ordinal).Count());
        Assert.All(typed, one => Assert.Null(LoginName.Canonical(one)));
        Assert.Equal(LoginName.Normalize("José"), LoginName.Normalize(" JOSE\u0301\t"));
        Assert.Equal(LoginName.Normalize("Max Mustermann"), LoginName.Normalize("max mustermann\u0085"));
    }
}

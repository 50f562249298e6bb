using Postern.Protocol;

namespace Postern.Tests;

[Spec("NIST SP 800-63B", "3.1.1.2")]
public class PasswordRulesTests
{
    private static readonly string[] Names = ["alice.smith@example.com", "contact@alice-smith.example", "Alice Example"];

    [Theory]
    [InlineData("password123")]
    [InlineData("PASSWORD123")]
    [InlineData("P@ssw0rd1!")]
    [InlineData("pass-word.1")]
    [InlineData("Welcome2024!")]
    [InlineData("!!Summer26")]
    [InlineData("password123456789")]
    [InlineData("passwordpassword")]
    [InlineData("1q2w3e4r5t")]
    [InlineData("1qaz2wsx")]
    [InlineData("qwertyuiop")]
    [InlineData("QWERTZUI!")]
    [InlineData("abcd1234")]
    [InlineData("iloveyou2")]
    [InlineData("pa$$word1")]
    [InlineData("$ecurity1")]
    [InlineData("letmein123")]
    [InlineData("trustno1trustno1")]
    [InlineData("passwort1")]
    [InlineData("m\u00fcnchen1")]
    [InlineData("mu\u0308nchen1")]
    public void What_is_guessed_first_is_refused_however_it_is_disguised(string password) =>
        Assert.Contains("guessed first", PasswordRules.Problem(password), StringComparison.Ordinal);

    [Theory]
    [InlineData("aaaaaaaaaaaaaaa")]
    [InlineData("\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9")]
    [InlineData("\ud83d\ude00\ud83d\ude00\ud83d\ude00\ud83d\ude00\ud83d\ude00\ud83d\ude00\ud83d\ude00\ud83d\ude00")]
    [InlineData("        ")]
    [InlineData("12345678")]
    [InlineData("87654321")]
    [InlineData("abababab")]
    [InlineData("aAaAaAaA")]
    [InlineData("bcdefghi")]
    [InlineData("zyxwvuts")]
    [InlineData("23456789:;")]
    public void A_few_characters_over_and_over_are_refused(string password) =>
        Assert.Contains("repeats", PasswordRules.Problem(password), StringComparison.Ordinal);

    [Theory]
    [InlineData("alice.smith@example.com")]
    [InlineData("Alice.Smith@Example.com1")]
    [InlineData("alice.smith")]
    [InlineData("AliceSmith!")]
    [InlineData("alicesmith2026")]
    [InlineData("12al1ce.sm1th")]
    [InlineData("alicesmithalicesmith")]
    [InlineData("contact@alice-smith.example")]
    [InlineData("Alice Example")]
    [InlineData("aliceexample99")]
    [InlineData("alice example 12345678")]
    public void A_name_of_the_person_and_little_more_is_refused(string password) =>
        Assert.Contains("name of this person", PasswordRules.Problem(password, Names), StringComparison.Ordinal);

    [Theory]
    [InlineData("1234567")]
    [InlineData("")]
    [InlineData("\ud83d\ude00\ud83d\ude01\ud83d\ude02\ud83d\ude03\ud83d\ude04\ud83d\ude05\ud83d\ude06")] // seven, in fourteen units
    [InlineData("e\u0301a\u0301o\u0301u\u0301i\u0301")] // five letters
    public void A_password_has_eight_characters_as_people_count_them(string password) =>
        Assert.Contains("8 to 1024", PasswordRules.Problem(password), StringComparison.Ordinal);

    [Theory]
    [InlineData("correct horse battery staple")]
    [InlineData("dragon under a blue roof")]
    [InlineData("Xk7#pQ2vL9")]
    [InlineData("monkey8412wrench")]
    [InlineData("password of a lighthouse keeper")]
    [InlineData("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 \u0628\u0631\u0648\u0645")]
    [InlineData("\u6b63\u786e\u7684\u9a6c\u7535\u6c60\u8ba2\u4e66")]
    [InlineData("tab\tdel\u007fnel\u0085x")]
    [InlineData("\ud83d\ude00\ud83d\ude01\ud83d\ude02\ud83d\ude03\ud83d\ude04\ud83d\ude05\ud83d\ude06\ud83d\ude07")]
    [InlineData("alice smith went to sea")]
    public void Anything_else_is_fine(string password) => Assert.Null(PasswordRules.Problem(password, Names));

    [Fact]
    public void What_is_made_at_random_is_fine() =>
        Any.Always(
            Any.Bytes(16),
            bytes => PasswordRules.Problem(System.Buffers.Text.Base64Url.EncodeToString(bytes), Names) is null
        );

    [Fact]
    public void A_short_login_name_stands_in_a_good_password_by_chance() => Assert.Null(PasswordRules.Problem("xkaltq9v", "al"));

    [Fact]
    public void No_name_at_all_forbids_nothing() => Assert.Null(PasswordRules.Problem("xkaltq9v", null, "", " ", "@"));
}

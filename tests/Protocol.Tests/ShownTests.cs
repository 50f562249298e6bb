using Postern.Protocol;

namespace Postern.Tests;

/// <summary>What strangers send stands in the log as one short line that does nothing and gives nothing away.</summary>
public class ShownTests
{
    [Theory]
    [InlineData(null, "nothing")]
    [InlineData("", "''")]
    [InlineData("web", "'web'")]
    [InlineData("a'b\\c", "'a\\u0027b\\u005cc'")]
    [InlineData("a\r\nfail: x", "'a\\u000d\\u000afail: x'")]
    [InlineData("\u001b[31m", "'\\u001b[31m'")]
    [InlineData("\u202eevil", "'\\u202eevil'")]
    [InlineData("4b0db8c2-9f26-4417-8bde-3f0e3656f8e0", "'4b0db8c2-9f26-4417-8bde-3f0e3656f8e0'")]
    public void A_text_is_in_quotes_and_in_one_line(string? text, string shown) => Assert.Equal(shown, Shown.Text(text));

    [Fact, Rfc(6819, "4.4.1.11")]
    public void Whatever_it_is_it_is_short_and_printable() =>
        Any.Always(
            Any.Text,
            text => new[] { Shown.Text(text), Shown.Uri(text), Shown.Text(string.Concat(Enumerable.Repeat(text, 200))) }.All(shown =>
                shown.All(c => c is >= ' ' and <= '~') && shown.Length < (6 * Shown.MaxLength) + 40)
        );

    [Fact]
    public void A_long_text_says_how_long_it_is() =>
        Assert.Equal($"'{new string(' ', Shown.MaxLength)}' of 20000 characters", Shown.Text(new string(' ', 20_000)));

    [Fact, Rfc(6819, "5.1.4.1.3")]
    public void What_could_be_a_secret_a_code_or_a_token_is_not_shown()
    {
        var secret = Convert.ToBase64String(Some.Bytes(32)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        string[] secrets = [secret, Some.Handle().Encode(), Some.Handle(HandleKind.RefreshToken).Encode(), $"eyJ0eXAi.{secret}.{secret}"];
        foreach (var text in secrets)
        {
            Assert.DoesNotContain(text[^20..], Shown.Text(text), StringComparison.Ordinal);
            Assert.DoesNotContain(text[^20..], Shown.Uri($"https://client.example/{text}"), StringComparison.Ordinal);
        }
    }

    [Theory, Rfc(9700, "4.2")]
    [InlineData("https://client.example/cb?code=SECRET&state=x", "'https://client.example/cb?...'")]
    [InlineData("https://client.example/cb#access_token=SECRET", "'https://client.example/cb#...'")]
    [InlineData("https://client.example/cb?a=SECRET\n#SECRET", "'https://client.example/cb?...'")]
    [InlineData("https://user:SECRET@client.example/cb", "'https://...@client.example/cb'")]
    [InlineData("https://user:SECRET@SECRET@client.example/cb", "'https://...@client.example/cb'")]
    [InlineData("http://localhost:3000/cb", "'http://localhost:3000/cb'")]
    [InlineData("com.example.app:/cb", "'com.example.app:/cb'")]
    public void A_URI_is_shown_without_what_apps_carry_in_it(string uri, string shown) => Assert.Equal(shown, Shown.Uri(uri));
}

using Postern.Protocol;

namespace Postern.Tests;

public class RedirectUriTests
{
    [Theory, Rfc(6749, "3.1.2"), Rfc(8252, "7")]
    [InlineData("https://client.example")]
    [InlineData("https://client.example/")]
    [InlineData("https://client.example/cb")]
    [InlineData("https://client.example:8443/a/b;c=1/d.e")]
    [InlineData("https://client.example/cb?tenant=7&x=%20")]
    [InlineData("https://client.example/.well-known/cb")]
    [InlineData("https://client.example/a..b/...")]
    [InlineData("https://client.example/%C3%A9")]
    [InlineData("https://client.example/a@b")]
    [InlineData("https://xn--bcher-kva.example/cb")]
    [InlineData("https://localhost/cb")]
    [InlineData("https://[2001:db8::1]/cb")]
    [InlineData("http://127.0.0.1/cb")]
    [InlineData("http://127.0.0.1:8080/cb")]
    [InlineData("http://[::1]/cb")]
    [InlineData("http://localhost:3000/cb")]
    [InlineData("com.example.app:/cb")]
    [InlineData("com.example.app:///cb")]
    [InlineData("com.example.app://host/cb")]
    [InlineData("com.someapp.app://oauthCallback")]
    [InlineData("com.someapp.app://oauth_Callback/Done?x=Y")]
    [InlineData("myapp:/cb")]
    [InlineData("myapp://oauthCallback")]
    [InlineData("msal4b0db8c2-9f26-4417-8bde-3f0e3656f8e0://auth")]
    public void An_address_that_a_client_can_have_is_registered_as_it_is(string uri) => Assert.Equal(uri, Some.Redirect(uri).Value);

    [Theory, Rfc(9700, "4.1.3")]
    [InlineData("")]
    [InlineData("cb")]
    [InlineData("/cb")]
    [InlineData("//client.example/cb")]
    [InlineData("client.example/cb")]
    [InlineData("https:client.example/cb")]
    [InlineData("https:/client.example/cb")]
    [InlineData("https:///client.example/cb")]
    [InlineData("https://")]
    [InlineData("https://?x")]
    [InlineData("https://*.example/cb")]
    [InlineData("https://client..example/cb")]
    [InlineData("https://client.example;evil.example/cb")]
    [InlineData("https://client.example,evil.example/cb")]
    [InlineData("https://client.example'/cb")]
    [InlineData("https://client.example:99999/cb")]
    [InlineData("https://client%2eexample/cb")]
    [InlineData("https://cl%69ent.example/cb")]
    public void What_is_no_absolute_URI_with_a_host_is_refused(string uri) => AssertRefused(uri);

    [Theory, Rfc(9700, "4.1.3")]
    [InlineData("http://client.example/cb")]
    [InlineData("http://127.0.0.1.evil.example/cb")]
    [InlineData("http://127.0.0.2/cb")]
    [InlineData("http://localhost.evil.example/cb")]
    [InlineData("http://localhost./cb")]
    [InlineData("http://0.0.0.0/cb")]
    [InlineData("http://[::]/cb")]
    [InlineData("http://[::ffff:127.0.0.1]/cb")]
    [InlineData("javascript:alert(1)")]
    [InlineData("javascript://client.example/%0aalert(1)")]
    [InlineData("JavaScript:alert(1)")]
    [InlineData("java\tscript:alert(1)")]
    [InlineData("data:text/html,<script>")]
    [InlineData("vbscript:x")]
    [InlineData("file:///etc/passwd")]
    [InlineData("blob:https://client.example/1")]
    [InlineData("about:blank")]
    [InlineData("ftp://client.example/cb")]
    [InlineData("myapp:cb")]
    [InlineData("myapp:alert(1)")]
    [InlineData("javascript:/alert(1)")]
    [InlineData("javascript://alert(1)")]
    [InlineData("data:/text/html,x")]
    [InlineData("vbscript:/x")]
    [InlineData("blob:/x")]
    [InlineData("filesystem:/x")]
    [InlineData("view-source:/x")]
    [InlineData("intent://cb")]
    [InlineData("content://cb")]
    [InlineData("ws://client.example/cb")]
    [InlineData("wss://client.example/cb")]
    [InlineData("sftp://client.example/cb")]
    [InlineData("smb://client.example/cb")]
    [InlineData("ms-msdt:/id")]
    [InlineData("search-ms:/query")]
    [InlineData("chrome-extension://abc/cb")]
    [InlineData("moz-extension://abc/cb")]
    [InlineData("mailto:/x")]
    [InlineData("httpx://client.example/cb")]
    [InlineData("HTTPS://client.example/cb")]
    [InlineData("Com.Example.App:/cb")]
    public void A_scheme_that_is_not_allowed_is_refused(string uri) => AssertRefused(uri);

    [Theory, Rfc(9700, "4.1.3")]
    [InlineData("https://a@b")]
    [InlineData("https://a:b@client.example/cb")]
    [InlineData("https://@client.example/cb")]
    [InlineData("https://:@client.example/cb")]
    [InlineData("https://a@b@client.example/cb")]
    [InlineData("https://client.example@evil.example/cb")]
    [InlineData("http://localhost@evil.example/")]
    [InlineData("http://127.0.0.1:80@evil.example/")]
    [InlineData("com.example.app://user@host/cb")]
    [InlineData("com.example.app://User@Host/cb")]
    [InlineData("com.example.app://@host/cb")]
    [InlineData("myapp://user:password@host/cb")]
    public void User_information_is_refused_even_when_it_is_empty(string uri) => AssertRefused(uri);

    [Theory]
    [InlineData("https://Client.Example/cb")]
    [InlineData("https://client.example:443/cb")]
    [InlineData("https://client.example:/cb")]
    [InlineData("https://client.example:08443/cb")]
    [InlineData("http://LOCALHOST/cb")]
    [InlineData("http://127.1/cb")]
    [InlineData("http://0x7f.1/cb")]
    [InlineData("http://2130706433/cb")]
    [InlineData("http://[0:0:0:0:0:0:0:1]/cb")]
    [InlineData("https://[::1%25eth0]/cb")]
    public void An_authority_has_one_spelling(string uri) => AssertRefused(uri);

    [Theory, Rfc(6749, "3.1.2")]
    [InlineData("https://client.example/cb#")]
    [InlineData("https://client.example/cb#fragment")]
    [InlineData("com.example.app:/cb#x")]
    public void A_fragment_is_refused(string uri) => AssertRefused(uri, "fragment");

    [Theory]
    [InlineData(" https://client.example/cb")]
    [InlineData("https://client.example/cb ")]
    [InlineData("https://client.example/c b")]
    [InlineData("https://client.example/cb\r\nSet-Cookie:a=b")]
    [InlineData("\thttps://client.example/cb")]
    [InlineData("https://client.example/cb\0")]
    [InlineData("https://client.example\\@evil.example/cb")]
    [InlineData("https:\\\\client.example/cb")]
    [InlineData("https://client.example/\"><script>")]
    [InlineData("https://bücher.example/cb")]
    [InlineData("https://client.example/\u202e")]
    [InlineData("https://client.example/{id}")]
    [InlineData("https://client.example/a|b")]
    public void A_character_that_no_URI_has_is_refused(string uri) => AssertRefused(uri, "character");

    [Theory]
    [InlineData("https://client.example/cb%0d%0aSet-Cookie:a=b")]
    [InlineData("https://client.example/cb%00")]
    [InlineData("https://client.example/cb%")]
    [InlineData("https://client.example/cb%2")]
    [InlineData("https://client.example/%u0041")]
    [InlineData("https://client.example/%C0%AF")]
    [InlineData("https://client.example/cb?x=%")]
    [InlineData("https://client.example/cb?x=%0a")]
    [InlineData("com.example.app:/cb%00")]
    public void A_broken_or_hostile_escape_is_refused(string uri) => AssertRefused(uri, "escape");

    [Theory, Rfc(3986, "5.2.4")]
    [InlineData("https://client.example/app/../cb")]
    [InlineData("https://client.example/..")]
    [InlineData("https://client.example/./cb")]
    [InlineData("https://client.example/..;/cb")]
    [InlineData("https://client.example/..;a=b/cb")]
    [InlineData("https://client.example/%2e%2E/cb")]
    [InlineData("https://client.example/.%2e/cb")]
    [InlineData("https://client.example/a%2f..%2fb")]
    [InlineData("https://client.example/%3f/../cb")]
    [InlineData("com.example.app:/a/../b")]
    public void A_dot_segment_is_refused(string uri) => AssertRefused(uri, "dot segment");

    [Theory, Rfc(9700, "4.1.3")]
    [InlineData("code=x")]
    [InlineData("code=")]
    [InlineData("code")]
    [InlineData("CODE=x")]
    [InlineData("a=1&state=x")]
    [InlineData("iss=https://evil.example")]
    [InlineData("error=x&error=y")]
    [InlineData("c%6Fde=x")]
    [InlineData("Error_Description=x")]
    public void A_query_that_would_shadow_the_response_is_refused(string query) => AssertRefused($"https://client.example/cb?{query}", "response");

    [Theory, Rfc(6819, "4.4.1.11")]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void A_redirect_URI_has_a_longest_length(int over, bool accepted) =>
        Assert.Equal(accepted, RedirectUri.Register("https://client.example/".PadRight(RedirectUri.MaxLength + over, 'a')).Succeeds());

    [Fact]
    public void What_is_registered_says_what_it_is_to_every_parser() =>
        Any.Always(
            Any.Mangled("https://client.example:8443/cb?a=1", "http://127.0.0.1:80/cb", "http://[::1]/", "com.example.app:/cb"),
            text =>
            {
                if (!RedirectUri.Register(text).Succeeds(out var uri, out _) || !text.StartsWith("http", StringComparison.Ordinal))
                    return true;
                var authority = uri.Value.Split("://")[1].Split('/', '?')[0];
                return !authority.Contains('@', StringComparison.Ordinal) && authority == new Uri(text).Authority;
            },
            times: 3000
        );

    private static void AssertRefused(string uri, string because = "")
    {
        var refusal = RedirectUri.Register(uri).Refusal();
        Assert.Equal("invalid_request", refusal.Code);
        Assert.Contains(because, refusal.Description, StringComparison.Ordinal);
    }
}

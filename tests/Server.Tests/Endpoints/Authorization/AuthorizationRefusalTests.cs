using System.Net;

namespace Postern.Tests;

/// <summary>Requests that cannot be granted: a page before the redirect URI is known to be good, the client after.</summary>
public class AuthorizationRefusalTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly AuthServer server = shared.Server;

    [Conformance("oidcc-response-type-missing")]
    [Conformance("oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported")]
    [Conformance("oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported")]
    [Conformance("oidcc-ensure-request-object-with-redirect-uri")]
    [Theory, Rfc(6749, "4.1.2.1"), Rfc(9207, "2")]
    [InlineData("code_challenge", null, "invalid_request")]
    [InlineData("code_challenge", "", "invalid_request")]
    [InlineData("code_challenge", "short", "invalid_request")]
    [InlineData("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw_cM=", "invalid_request")]
    [InlineData("code_challenge_method", "plain", "invalid_request")]
    [InlineData("code_challenge_method", "s256", "invalid_request")]
    [InlineData("code_challenge_method", null, "invalid_request")]
    [InlineData("response_type", null, "invalid_request")]
    [InlineData("response_type", "token", "unsupported_response_type")]
    [InlineData("response_type", "code id_token", "unsupported_response_type")]
    [InlineData("response_type", "CODE", "unsupported_response_type")]
    [InlineData("response_mode", "web_message", "invalid_request")]
    [InlineData("response_mode", "FRAGMENT", "invalid_request")]
    [InlineData("response_mode", "query.jwt", "invalid_request")]
    [InlineData("request", "eyJhbGciOiJub25lIn0.e30.", "request_not_supported")]
    [InlineData("request_uri", "https://web.example/request", "request_uri_not_supported")]
    [InlineData("request_uri", "urn:ietf:params:oauth:request_uri:x", "request_uri_not_supported")]
    [InlineData("scope", "bogus", "invalid_scope")]
    [InlineData("scope", "open\"id", "invalid_scope")]
    [InlineData("scope", "caf\u00e9", "invalid_scope")]
    [InlineData("prompt", "none login", "invalid_request")]
    [InlineData("prompt", "none consent", "invalid_request")]
    [InlineData("prompt", "none select_account", "invalid_request")]
    [InlineData("prompt", "create", "invalid_request")]
    [InlineData("prompt", "LOGIN", "invalid_request")]
    [InlineData("max_age", "-1", "invalid_request")]
    [InlineData("max_age", "1.5", "invalid_request")]
    [InlineData("max_age", "soon", "invalid_request")]
    [InlineData("claims", "{", "invalid_request")]
    [InlineData("claims", "[]", "invalid_request")]
    [InlineData("claims", "{\"userinfo\":{\"email\":1}}", "invalid_request")]
    [InlineData("claims", "{\"userinfo\":{},\"userinfo\":{}}", "invalid_request")]
    [InlineData("claims", "{\"id_token\":{\"acr\":{\"essential\":true,\"values\":[\"gold\"]}}}", "unmet_authentication_requirements")]
    [InlineData("id_token_hint", "not.a.token", "invalid_request")]
    [InlineData("id_token_hint", "x", "invalid_request")]
    public async Task The_client_is_told_what_is_wrong(string name, string? value, string error)
    {
        var browser = await server.AuthorizeAsync("own", (name, value));
        Assert.StartsWith(TestClients.WebCallback + "?", browser.SentTo?.OriginalString, StringComparison.Ordinal);
        Assert.Equal((error, null), (browser.Sent("error"), browser.Sent("code")));
        Assert.Equal(("the-state", AuthServer.Issuer), (browser.Sent("state"), browser.Sent("iss")));
        Assert.DoesNotContain('#', browser.SentTo!.OriginalString);
    }

    [Theory, Spec("OAuth Multiple Response Types", "5"), Rfc(9207, "2")]
    [InlineData("scope", "bogus", "invalid_scope")]
    [InlineData("prompt", "none", "consent_required")]
    [InlineData("response_type", "token", "unsupported_response_type")]
    public async Task A_client_that_wants_a_fragment_is_told_what_is_wrong_there(string name, string value, string error)
    {
        var browser = await server.AuthorizeAsync("web", ("response_mode", "fragment"), (name, value));
        Assert.StartsWith(TestClients.WebCallback + "#error=" + error, browser.SentTo?.OriginalString, StringComparison.Ordinal);
        Assert.Equal(("the-state", AuthServer.Issuer), (browser.Sent("state"), browser.Sent("iss")));
    }

    [Theory, Spec("OAuth Multiple Response Types", "2.1"), Rfc(9700, "4.11")]
    [InlineData("https://web.example/callback#")]
    [InlineData("https://web.example/callback#/evil")]
    [InlineData("https://evil.example/#https://web.example/callback")]
    public async Task A_fragment_of_the_request_is_no_part_of_a_redirect_URI(string uri)
    {
        var browser = await server.AuthorizeAsync("own", ("response_mode", "fragment"), ("redirect_uri", uri));
        Assert.Null(browser.SentTo);
        Assert.Equal(HttpStatusCode.BadRequest, browser.Page!.Status);
    }

    [Theory, Rfc(6749, "3.1")]
    [InlineData("state=the-state")]
    [InlineData("scope=openid")]
    [InlineData("nonce=2")]
    [InlineData("code_challenge=x")]
    [InlineData("response_type=code")]
    [InlineData("unknown=1&unknown=2")]
    [InlineData("st%61te=2")]
    public async Task A_repeated_parameter_is_refused(string again)
    {
        var browser = await (await server.SignedInAsync()).GoAsync(new Flow(server, "own").Url() + "&" + again);
        Assert.Equal("invalid_request", browser.Sent("error"));
        Assert.Null(browser.Sent("code"));
    }

    [Theory, Rfc(9700, "4.11.2")]
    [InlineData("response_type", "token", "unsupported_response_type")]
    [InlineData("scope", "nope", "invalid_scope")]
    [InlineData("request", "x", "request_not_supported")]
    [InlineData("code_challenge", null, "invalid_request")]
    public async Task A_client_of_an_operators_is_told_before_anybody_has_signed_in(string name, string? value, string error)
    {
        var browser = await server.Browser().GoAsync(new Flow(server, "own").Url((name, value)));
        Assert.Equal((error, "the-state"), (browser.Sent("error"), browser.Sent("state")));
        Assert.StartsWith(TestClients.WebCallback + "?", browser.SentTo!.OriginalString, StringComparison.Ordinal);
    }

    [Theory, Rfc(6749, "4.1.2.1"), Rfc(6749, "B")]
    [InlineData("foo=%0A")]
    [InlineData("foo=%E9")]
    [InlineData("%0A=foo")]
    [InlineData("login_hint=alice%09")]
    [InlineData("ui_locales=de%00")]
    [InlineData("max_age=%C2%85")]
    [InlineData("id_token_hint=%FF")]
    [InlineData("interaction=%00")]
    public async Task The_client_is_told_of_what_cannot_be_read_wherever_it_stands(string bad)
    {
        var url = new Flow(server, "own").Url() + "&" + bad;
        foreach (var browser in new[] { await server.SignedInAsync(), server.Browser() })
        {
            await browser.GoAsync(url);
            Assert.Equal(("invalid_request", "the-state", AuthServer.Issuer), (browser.Sent("error"), browser.Sent("state"), browser.Sent("iss")));
            Assert.StartsWith(TestClients.WebCallback + "?", browser.SentTo!.OriginalString, StringComparison.Ordinal);
        }
    }

    [Theory, Rfc(6749, "4.1.2.1")]
    [InlineData("state", "a%09b", null)]
    [InlineData("state", "%FF", null)]
    [InlineData("state", "%C0%80", null)]
    [InlineData("scope", "openid%09profile", "the-state")]
    [InlineData("nonce", "%00", "the-state")]
    [InlineData("code_challenge", "%0A", "the-state")]
    [InlineData("response_type", "code%00", "the-state")]
    [InlineData("response_mode", "query%00", "the-state")]
    [InlineData("prompt", "none%0A", "the-state")]
    [InlineData("claims", "%7B%00%7D", "the-state")]
    public async Task A_parameter_that_cannot_be_read_is_no_parameter_that_was_left_out(string name, string value, string? state)
    {
        var browser = await (await server.SignedInAsync()).GoAsync(new Flow(server, "own").Url((name, null)) + $"&{name}={value}");
        Assert.Equal(("invalid_request", state, null), (browser.Sent("error"), browser.Sent("state"), browser.Sent("code")));
    }

    [Theory, Spec("OIDC Core", "3.1.2.1")]
    [InlineData("foo=%0A")]
    [InlineData("login_hint=a%09")]
    [InlineData("scope=a")]
    public async Task A_silent_frame_gets_its_answer_whatever_is_wrong(string bad)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Flow(server, "own").Url(("prompt", "none")) + "&" + bad);
        request.Headers.Add("Sec-Fetch-Dest", "iframe");
        var answer = await server.SendAsync(request);
        Assert.Equal(HttpStatusCode.SeeOther, answer.Status);
        Assert.Contains("error=invalid_request", answer.Header("Location"), StringComparison.Ordinal);
        Assert.Contains("state=the-state", answer.Header("Location"), StringComparison.Ordinal);
    }

    [Theory, Rfc(6749, "3.1")]
    [InlineData("foo=\u00e9")]
    [InlineData("foo=%")]
    [InlineData("foo=\t")]
    public async Task A_posted_request_is_told_the_same_in_the_way_it_asks_for(string bad)
    {
        var form = new Flow(server, "own").Url(("response_mode", "form_post")).Split('?')[1];
        var answer = await server.PostRawAsync("/authorize", $"{form}&{bad}");
        Assert.Contains("value=\"invalid_request\"", answer.Body, StringComparison.Ordinal);
        Assert.Contains("value=\"the-state\"", answer.Body, StringComparison.Ordinal);
    }

    [Fact, Rfc(6749, "4.1.2.1")]
    public async Task The_client_is_told_of_too_many_parameters()
    {
        var browser = await server.Browser().GoAsync(new Flow(server, "own").Url() + string.Concat(Enumerable.Range(0, 65).Select(i => $"&p{i}=1")));
        Assert.Equal(("invalid_request", "the-state"), (browser.Sent("error"), browser.Sent("state")));
    }

    [Theory, Rfc(6749, "4.1.2.1")]
    [InlineData("client_id", "own%09")]
    [InlineData("client_id", "%E9")]
    [InlineData("redirect_uri", "https%3A%2F%2Fweb.example%2Fcallback%09")]
    [InlineData("redirect_uri", "%FF")]
    public async Task A_client_or_redirect_URI_that_cannot_be_read_gets_a_page(string name, string value)
    {
        var browser = await (await server.SignedInAsync()).GoAsync(new Flow(server, "own").Url((name, null)) + $"&{name}={value}");
        Assert.Null(browser.SentTo);
        Assert.Equal(HttpStatusCode.BadRequest, browser.Page!.Status);
    }

    [Conformance("oidcc-ensure-registered-redirect-uri")]
    [Theory, Rfc(6749, "4.1.2.1"), Rfc(9700, "4.11.2")]
    [InlineData("client_id", null)]
    [InlineData("client_id", "")]
    [InlineData("client_id", "nobody")]
    [InlineData("client_id", "OWN")]
    [InlineData("client_id", "own ")]
    [InlineData("client_id", "api")]
    [InlineData("client_id", "../own")]
    [InlineData("redirect_uri", null)]
    [InlineData("redirect_uri", "https://evil.example/callback")]
    [InlineData("redirect_uri", "https://web.example/callback/")]
    [InlineData("redirect_uri", "https://web.example/Callback")]
    [InlineData("redirect_uri", "https://web.example/callback?x=1")]
    [InlineData("redirect_uri", "https://web.example/callback#")]
    [InlineData("redirect_uri", "https://web.example/callback/../evil")]
    [InlineData("redirect_uri", "https://web.example:443/callback")]
    [InlineData("redirect_uri", "https://web.example@evil.example/callback")]
    [InlineData("redirect_uri", "https://web.example.evil.example/callback")]
    [InlineData("redirect_uri", "http://web.example/callback")]
    [InlineData("redirect_uri", "HTTPS://web.example/callback")]
    [InlineData("redirect_uri", "https://web.example/call%62ack")]
    [InlineData("redirect_uri", "javascript:alert(1)")]
    [InlineData("redirect_uri", "//web.example/callback")]
    public async Task Nobody_is_sent_to_an_address_that_is_not_verified(string name, string? value)
    {
        var browser = await server.AuthorizeAsync("own", (name, value));
        Assert.Null(browser.SentTo);
        Assert.Equal(HttpStatusCode.BadRequest, browser.Page!.Status);
        Assert.Null(browser.Page.Header("Location"));
        Assert.True(browser.Shows("error-message"));
        Assert.DoesNotContain("evil", browser.Page.Body, StringComparison.Ordinal);
    }

    [Theory, Rfc(6749, "3.1")]
    [InlineData("client_id=own")]
    [InlineData("client_id=other")]
    [InlineData("redirect_uri=https%3A%2F%2Fweb.example%2Fcallback")]
    [InlineData("redirect_uri=https%3A%2F%2Fevil.example%2F")]
    [InlineData("redirect_uri=")]
    public async Task A_repeated_client_or_redirect_URI_gets_a_page(string again)
    {
        var browser = await (await server.SignedInAsync()).GoAsync(new Flow(server, "own").Url() + "&" + again);
        Assert.Null(browser.SentTo);
        Assert.Equal(HttpStatusCode.BadRequest, browser.Page!.Status);
    }

    [Fact, Rfc(7636, "4.4.1")]
    public async Task A_public_client_needs_PKCE()
    {
        var browser = await server.AuthorizeAsync("app", ("code_challenge", null), ("code_challenge_method", null));
        Assert.Equal("invalid_request", browser.Sent("error"));
    }

    [Fact, Rfc(9700, "2.1.1")]
    public async Task A_client_registered_without_PKCE_may_leave_it_out_but_not_weaken_it()
    {
        var browser = await server.AuthorizeAsync("nopkce", ("code_challenge", null), ("code_challenge_method", null));
        Assert.True(browser.Shows("consent-form"));
        var withoutOpenId = await server.AuthorizeAsync("nopkce", ("code_challenge", null), ("code_challenge_method", null), ("scope", "api:read"));
        Assert.True(withoutOpenId.Shows("consent-form"));
        Assert.Equal("invalid_request", (await server.AuthorizeAsync("nopkce", ("code_challenge_method", "plain"))).Sent("error"));
    }

    [Theory, Rfc(6749, "3.1")]
    [InlineData("state")]
    [InlineData("nonce")]
    public async Task An_oversized_parameter_is_refused(string name) =>
        Assert.Equal("invalid_request", (await server.AuthorizeAsync("own", (name, new string('x', 5000)))).Sent("error"));
}

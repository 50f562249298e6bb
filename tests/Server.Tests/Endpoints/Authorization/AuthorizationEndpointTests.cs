using System.Net;

namespace Postern.Tests;

public class AuthorizationEndpointTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly AuthServer server = shared.Server;

    [Fact, Rfc(6749, "4.1.2"), Rfc(9207, "2")]
    public async Task The_answer_has_the_code_the_state_and_the_issuer()
    {
        var browser = await server.AuthorizeAsync("own");
        Assert.StartsWith(TestClients.WebCallback + "?", browser.SentTo!.OriginalString, StringComparison.Ordinal);
        Assert.StartsWith("pac_", browser.Sent("code"), StringComparison.Ordinal);
        Assert.Equal("the-state", browser.Sent("state"));
        Assert.Equal(AuthServer.Issuer, browser.Sent("iss"));
    }

    [Fact, Rfc(6749, "4.1.2")]
    public async Task A_request_without_state_is_answered_without_state()
    {
        var browser = await server.AuthorizeAsync("own", ("state", null));
        Assert.NotNull(browser.Sent("code"));
        Assert.Null(browser.Sent("state"));
    }

    [Fact, Rfc(6749, "4.1.2")]
    public async Task A_state_comes_back_byte_for_byte()
    {
        const string state = "a b+c&d=é\u2028%41#\"<'";
        Assert.Equal(state, (await server.AuthorizeAsync("own", ("state", state))).Sent("state"));
    }

    [Fact, Rfc(6749, "3.1")]
    public async Task A_parameter_of_the_clients_own_that_is_called_as_one_of_ours_is_ignored() =>
        Assert.NotNull((await server.AuthorizeAsync("own", ("interaction", "x"))).Sent("code"));

    [Fact, Rfc(8259, "2")]
    public async Task Json_may_have_line_breaks() =>
        Assert.NotNull((await server.AuthorizeAsync("own", ("claims", "{\r\n\t\"userinfo\": {}\n}"))).Sent("code"));

    [Conformance("oidcc-ensure-post-request-succeeds")]
    [Fact, Spec("OIDC Core", "3.1.2.1")]
    public async Task A_request_may_be_posted()
    {
        var browser = await server.SignedInAsync();
        await browser.PostAsync("/authorize", new Flow(server, "own").Parameters());
        Assert.NotNull(browser.Sent("code"));
    }

    [Fact, Spec("OIDC Core", "3.1.2.1")]
    public async Task A_request_posted_from_another_site_comes_without_cookies_and_is_asked_again_with_them()
    {
        var posted = await server.PostRawAsync("/authorize", new Flow(server, "own").Url()["/authorize?".Length..]);
        Assert.Equal(HttpStatusCode.SeeOther, posted.Status);
        Assert.Empty(posted.Headers.Keys.Intersect(["Set-Cookie"]));
        Assert.NotNull((await (await server.SignedInAsync()).GoAsync(posted.Header("Location")!)).Sent("code"));
    }

    [Theory, Spec("OIDC Core", "3.1.2.1")]
    [InlineData("id_token_hint")]
    [InlineData("unknown")]
    public async Task A_posted_request_with_a_token_or_too_long_for_a_URL_is_posted_again_from_here(string parameter)
    {
        var value = parameter == "unknown" ? new string('a', 5000) : (await new Flow(server, "own").TokensAsync()).Text("id_token")!;
        (string, string)[] request = [.. new Flow(server, "own").Parameters((parameter, value), ("prompt", "none"))];
        var posted = await server.Browser().PostAsync("/authorize", request);
        Assert.True(posted.Shows("form-post"));
        Assert.Empty(posted.Page!.Headers.Keys.Intersect(["Set-Cookie"]));
        Assert.Contains("form-action 'self' https:", posted.Page!.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal("login_required", (await posted.SubmitAsync()).Sent("error"));

        var signedIn = await server.SignedInAsync();
        await signedIn.PostAsync("/authorize?again", request);
        Assert.NotNull(signedIn.Sent("code"));
        Assert.DoesNotContain(signedIn.Asked, url => url.Contains(value, StringComparison.Ordinal));
    }

    [Fact, Spec("OIDC Core", "3.1.2.6")]
    public async Task A_silent_request_that_is_posted_from_a_frame_is_answered_for_no_cookies_come_there()
    {
        var hint = (await new Flow(server, "own").TokensAsync()).Text("id_token")!;
        var request = new Flow(server, "own").Parameters(("id_token_hint", hint), ("prompt", "none"));
        using var post = new HttpRequestMessage(HttpMethod.Post, "/authorize") { Content = AuthServer.Form(request) };
        post.Headers.Add("Sec-Fetch-Dest", "iframe");
        Assert.Contains("error=login_required", (await server.SendAsync(post)).Header("Location"), StringComparison.Ordinal);
    }

    [Theory, Spec("OIDC Core", "3.1.2.1")]
    [InlineData("application/json", "{}")]
    [InlineData("multipart/form-data; boundary=x", "--x--")]
    [InlineData(null, "")]
    public async Task A_posted_request_of_another_type_is_refused_on_a_page(string? type, string body)
    {
        var answer = await server.PostRawAsync(new Flow(server, "own").Url(), body, type);
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Null(answer.Header("Location"));
        Assert.Contains("error-message", answer.Body, StringComparison.Ordinal);
    }

    [Theory, Rfc(9110, "15.5.6")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("PATCH")]
    public async Task Other_methods_are_not_allowed(string method)
    {
        var answer = await server.SendAsync(method, "/authorize");
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.Status);
        Assert.Equal("GET, POST", answer.Header("Allow"));
    }

    [Conformance("oidcc-display-page")]
    [Conformance("oidcc-display-popup")]
    [Conformance("oidcc-ui-locales")]
    [Conformance("oidcc-claims-locales")]
    [Conformance("oidcc-ensure-request-with-unknown-parameter-succeeds")]
    [Conformance("oidcc-ensure-request-with-acr-values-succeeds")]
    [Theory, Rfc(6749, "3.1"), Spec("OIDC Core", "3.1.2.1")]
    [InlineData("acr_values", "urn:example:gold 2")]
    [InlineData("display", "popup")]
    [InlineData("display", "page")]
    [InlineData("ui_locales", "fr-CA fr")]
    [InlineData("claims_locales", "de")]
    [InlineData("unknown_parameter", "whatever")]
    [InlineData("login_hint", "bob@example.com")]
    [InlineData("response_mode", "query")]
    [InlineData("max_age", "3600")]
    [InlineData("nonce", null)]
    [InlineData("prompt", "")]
    [InlineData("request", "")]
    [InlineData("claims", """{"id_token":{"acr":{"value":"gold"}}}""")]
    [InlineData("claims", """{"unknown":{"x":null}}""")]
    [InlineData("claims", """{"id_token":{"sub":{"value":"alice-subject"}}}""")]
    public async Task These_parameters_do_no_harm(string name, string? value) =>
        Assert.NotNull((await server.AuthorizeAsync("own", (name, value))).Sent("code"));

    [Fact, Rfc(6749, "3.3")]
    public async Task Unknown_scope_values_are_left_out()
    {
        var tokens = await new Flow(server, "own").TokensAsync(("scope", "openid bogus api:read"));
        Assert.Equal("api:read openid", tokens.Text("scope"));
    }

    [Fact, Rfc(6749, "3.3")]
    public async Task Without_a_scope_the_client_gets_what_it_is_registered_for_but_no_openid()
    {
        var tokens = await new Flow(server, "own").TokensAsync(("scope", null));
        Assert.Equal("api:read api:write", tokens.Text("scope"));
        Assert.Null(tokens.Text("id_token"));
    }

    [Fact, Rfc(6749, "3.1.2.3")]
    public async Task The_only_redirect_URI_may_be_left_out_without_openid()
    {
        var flow = new Flow(server, "own", scope: "api:read");
        var code = await flow.CodeAsync(await server.SignedInAsync(), ("redirect_uri", null));
        Assert.Equal(HttpStatusCode.OK, (await flow.RedeemAsync(code, ("redirect_uri", ""))).Status);
    }

    [Fact, Rfc(8252, "7.3")]
    public async Task A_loopback_redirect_URI_takes_any_port()
    {
        var browser = await server.AuthorizeAsync("app", ("redirect_uri", "http://[::1]:8123/callback"));
        await browser.ConsentAsync();
        Assert.Equal(8123, browser.SentTo!.Port);
    }

    [Fact, Spec("OAuth Form Post", "2")]
    public async Task Form_post_carries_the_answer_in_a_form()
    {
        var browser = await server.AuthorizeAsync("own", ("response_mode", "form_post"));
        Assert.Contains($"method=\"post\" action=\"{TestClients.WebCallback}\"", browser.Page!.Body, StringComparison.Ordinal);
        Assert.StartsWith("pac_", browser.Field("code"), StringComparison.Ordinal);
        Assert.Equal(("the-state", AuthServer.Issuer), (browser.Field("state"), browser.Field("iss")));
        Assert.Contains("form-action 'self' https:;", browser.Page.Header("Content-Security-Policy"), StringComparison.Ordinal);
    }

    [Fact, Spec("OAuth Form Post", "2")]
    public async Task Form_post_carries_an_error_too()
    {
        var browser = await server.AuthorizeAsync("own", ("response_mode", "form_post"), ("scope", "bogus"));
        Assert.Equal(("invalid_scope", "the-state", AuthServer.Issuer), (browser.Field("error"), browser.Field("state"), browser.Field("iss")));
        Assert.Null(browser.Field("code"));
    }

    [Conformance("oidcc-login-hint")]
    [Fact, Spec("OIDC Core", "3.1.2.1")]
    public async Task A_login_hint_fills_in_the_name()
    {
        var browser = await server.Browser().GoAsync(new Flow(server, "web").Url(("login_hint", "bob@example.com")));
        Assert.Equal("bob@example.com", browser.Field("login"));
    }
}

using System.Net;

namespace Postern.Tests;

/// <summary>The modules of the Basic OP once more, with answers that a form carries (OAuth 2.0 Form Post Response Mode).</summary>
public class FormPostTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string UserInfo = "/userinfo";

    private readonly AuthServer server = shared.Server;

    [Theory, Conformance(Profile = "Form Post OP"), Spec("OAuth Form Post", "2")]
    [InlineData("oidcc-server")]
    [InlineData("oidcc-idtoken-signature")]
    [InlineData("oidcc-idtoken-unsigned")]
    [InlineData("oidcc-userinfo-get")]
    [InlineData("oidcc-userinfo-post-header")]
    [InlineData("oidcc-userinfo-post-body")]
    [InlineData("oidcc-ensure-request-without-nonce-succeeds-for-code-flow", "nonce", null)]
    [InlineData("oidcc-scope-profile", "scope", "openid profile")]
    [InlineData("oidcc-scope-email", "scope", "openid email")]
    [InlineData("oidcc-scope-address", "scope", "openid address")]
    [InlineData("oidcc-scope-phone", "scope", "openid phone")]
    [InlineData("oidcc-scope-all", "scope", "openid address email phone profile")]
    [InlineData("oidcc-alternate-happy-flow", "scope", "profile openid")]
    [InlineData("oidcc-display-page", "display", "page")]
    [InlineData("oidcc-display-popup", "display", "popup")]
    [InlineData("oidcc-prompt-none-logged-in", "prompt", "none")]
    [InlineData("oidcc-max-age-10000", "max_age", "10000")]
    [InlineData("oidcc-ensure-request-with-unknown-parameter-succeeds", "extra", "foobar")]
    [InlineData("oidcc-login-hint", "login_hint", "buffy@login.example")]
    [InlineData("oidcc-ui-locales", "ui_locales", "se")]
    [InlineData("oidcc-claims-locales", "claims_locales", "se")]
    [InlineData("oidcc-ensure-request-with-acr-values-succeeds", "acr_values", "1 2")]
    [InlineData("oidcc-codereuse")]
    [InlineData("oidcc-codereuse-30seconds")]
    [InlineData("oidcc-claims-essential", "claims", """{"userinfo":{"name":{"essential":true}}}""")]
    [InlineData("oidcc-refresh-token", "scope", "openid offline_access")]
    [InlineData("oidcc-ensure-request-with-valid-pkce-succeeds")]
    public async Task A_code_comes_in_a_form_and_is_good(string module, string name = "extra", string? value = "1")
    {
        var flow = new Flow(server, "own");
        var browser = await (await server.SignedInAsync()).GoAsync(flow.Url((name, value), ("response_mode", "form_post")));
        await GoodAsync(module, flow, CodeOf(browser), value);
    }

    [Theory, Conformance(Profile = "Form Post OP"), Spec("OAuth Form Post", "2")]
    [InlineData("oidcc-id-token-hint")]
    [InlineData("oidcc-ensure-post-request-succeeds")]
    [InlineData("oidcc-server-client-secret-post")]
    public async Task So_it_does_when_it_is_asked_for_otherwise(string module)
    {
        var flow = new Flow(server, module.EndsWith("secret-post", StringComparison.Ordinal) ? "post" : "own");
        var hint = module == "oidcc-id-token-hint" ? (await flow.TokensAsync()).Text("id_token") : null;
        var browser = await server.SignedInAsync();
        var parameters = flow.Parameters(("id_token_hint", hint), ("prompt", hint is null ? null : "none"), ("response_mode", "form_post"));
        if (module == "oidcc-ensure-post-request-succeeds")
            await browser.PostAsync("/authorize", parameters);
        else
            await browser.GoAsync("/authorize?" + string.Join('&', parameters.Select(one => $"{one.Name}={Uri.EscapeDataString(one.Value)}")));
        if (browser.Shows("consent-allow"))
            await browser.ConsentAsync();
        await GoodAsync(module, flow, CodeOf(browser), null);
    }

    [Theory, Conformance(Profile = "Form Post OP"), Spec("OAuth Form Post", "2")]
    [InlineData("oidcc-prompt-login", "prompt", "login")]
    [InlineData("oidcc-max-age-1", "max_age", "1")]
    public async Task Who_has_to_sign_in_again_does_so_first_and_the_token_says_when(string module, string name, string value)
    {
        await using var own = await AuthServer.StartAsync();
        var flow = new Flow(own, "own");
        var first = await flow.TokensAsync(await own.SignedInAsync());
        own.Clock.Advance(TimeSpan.FromSeconds(2));
        var browser = await (await own.SignedInAsync()).GoAsync(flow.Url((name, value), ("response_mode", "form_post")));
        Assert.True(browser.Shows("signin-form"), module);
        await browser.SignInAsync();
        var second = await flow.RedeemAsync(CodeOf(browser));
        Assert.Equal(2, AuthTime(second) - AuthTime(first));
    }

    [Theory, Conformance(Profile = "Form Post OP"), Spec("OAuth Form Post", "2")]
    [InlineData("oidcc-response-type-missing", "response_type", null, "invalid_request")]
    [InlineData("oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported", "request_uri", "https://web.example/request", "request_uri_not_supported")]
    [InlineData("oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported", "request", "eyJhbGciOiJub25lIn0.e30.", "request_not_supported")]
    [InlineData("oidcc-ensure-request-object-with-redirect-uri", "request", "eyJhbGciOiJub25lIn0.e30.", "request_not_supported")]
    [InlineData("oidcc-prompt-none-not-logged-in", "prompt", "none", "login_required")]
    public async Task A_refusal_comes_in_a_form_too(string module, string name, string? value, string error)
    {
        var browser = await server.Browser().GoAsync(new Flow(server, "own").Url((name, value), ("response_mode", "form_post")));
        Assert.True(browser.Shows("form-post"), module);
        Assert.Equal((error, "the-state", null), (browser.Field("error"), browser.Field("state"), browser.Field("code")));
    }

    [Theory, Conformance(Profile = "Form Post OP"), Spec("OAuth Form Post", "2")]
    [InlineData("oidcc-ensure-registered-redirect-uri")]
    public async Task No_form_goes_where_nobody_has_registered(string module)
    {
        var url = new Flow(server, "own").Url(("redirect_uri", "https://evil.example/callback"), ("response_mode", "form_post"));
        var browser = await server.Browser().GoAsync(url);
        Assert.True(browser.Shows("error-message") && !browser.Shows("form-post"), module);
    }

    // What the suite's server would receive: a form for the callback, and nothing in a URL.
    private static string CodeOf(Browser browser)
    {
        Assert.True(browser.SentTo is null && browser.Shows("form-post"), $"{browser.SentTo} {browser.Page?.Body}");
        Assert.Contains($"method=\"post\" action=\"{TestClients.WebCallback}\"", browser.Page!.Body, StringComparison.Ordinal);
        Assert.Equal(("the-state", AuthServer.Issuer), (browser.Field("state"), browser.Field("iss")));
        Assert.Contains("no-store", browser.Page.Header("Cache-Control"), StringComparison.Ordinal);
        return browser.Field("code")!;
    }

    private async Task GoodAsync(string module, Flow flow, string code, string? value)
    {
        var tokens = await flow.RedeemAsync(code);
        Assert.True(tokens.Status == HttpStatusCode.OK, tokens.Body);
        var verified = await Jwt.VerifyAsync(server, tokens.Text("id_token")!, module.EndsWith("secret-post", StringComparison.Ordinal) ? "post" : "own", "JWT");
        Assert.True(verified.IsValid, verified.Exception?.Message);
        var known = module switch
        {
            "oidcc-userinfo-post-body" => await server.PostRawAsync(UserInfo, $"access_token={tokens.AccessToken}"),
            "oidcc-userinfo-post-header" => await server.PostRawAsync(UserInfo, "", authorization: $"Bearer {tokens.AccessToken}"),
            _ => await server.GetAsync(UserInfo, tokens.AccessToken),
        };
        Assert.Equal((HttpStatusCode.OK, AuthServer.Subject), (known.Status, known.Text("sub")));
        Assert.Equal(module.StartsWith("oidcc-ensure-request-without-nonce", StringComparison.Ordinal),
            !Jwt.Claims(tokens.Text("id_token")!).TryGetProperty("nonce", out _));
        foreach (var scope in module.StartsWith("oidcc-scope-", StringComparison.Ordinal) ? value!.Split(' ') : [])
            Assert.True(known.Json.TryGetProperty(ClaimOf(scope), out _), scope);
        if (module == "oidcc-claims-essential")
            Assert.Equal("Alice Example", known.Text("name"));
        if (module == "oidcc-refresh-token")
            Assert.Equal(HttpStatusCode.OK, (await flow.RefreshAsync(tokens.RefreshToken)).Status);
        if (module.StartsWith("oidcc-codereuse", StringComparison.Ordinal))
            Assert.Equal("invalid_grant", (await flow.RedeemAsync(code)).Error);
    }

    private static string ClaimOf(string scope) => scope switch { "openid" => "sub", "profile" => "name", "phone" => "phone_number", _ => scope };

    private static long AuthTime(Answer tokens) => Jwt.Claims(tokens.Text("id_token")!).GetProperty("auth_time").GetInt64();
}

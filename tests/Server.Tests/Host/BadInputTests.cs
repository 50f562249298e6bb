using System.Net;

namespace Postern.Tests;

/// <summary>Whatever anybody sends, the answer is a refusal and never a failure.</summary>
public class BadInputTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private static readonly string[] Endpoints =
    [
        "/authorize", "/signin", "/consent", "/signout", "/token", "/refresh", "/revoke", "/introspect", "/userinfo", "/jwks", "/device",
        "/device_authorization", "/approvals", "/bc-authorize",
        "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server", "/health/live", "/assets/postern.css",
    ];

    private static readonly string[] Names =
    [
        "grant_type", "code", "refresh_token", "token", "client_id", "client_secret", "scope", "redirect_uri", "code_verifier", "state", "claims",
        "id_token_hint", "interaction", "antiforgery", "login", "password", "access_token", "max_age", "prompt", "response_mode",
        "user_code", "device_code", "decision", "shown", "auth_req_id", "login_hint", "binding_message", "requested_expiry", "approval",
        "post_logout_redirect_uri", "logout_hint", "choice",
    ];

    // One character a byte: what is above 7F goes out as that byte.
    private static readonly string[] Values =
    [
        "%00", "a%00b", "%FF", "%C0%80", "%ED%A0%80", "%F4%90%80%80", "\u00ff\u00fe", "\0", "\r\n", "%0d%0aSet-Cookie:x=1",
        "%", "%2", "%zz", "%u0041", "+", "'", "' or 1 eq 1", "../../etc/passwd", "{}", "[",
        "{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}}}}}}}", "<script>", "%F0%9F%98%80",
        "pac_", "prt_", "pse_", "pdc_", "pac_AAAA", "eyJhbGciOiJub25lIn0..", "eyJ.eyJ.e", "...", "-1", "99999999999999999999", "1e9", "NaN",
    ];

    private readonly AuthServer server = shared.Server;

    public static TheoryData<string> Paths => [.. Endpoints];

    [Theory, Rfc(6749, "5.2")]
    [MemberData(nameof(Paths))]
    public async Task Hostile_values_never_fail_the_server(string path)
    {
        var basic = AuthServer.Basic("web", AuthServer.Secret).ToString();
        var bank = AuthServer.Basic("bank", AuthServer.Secret).ToString();
        foreach (var value in Values)
        {
            var pairs = string.Join('&', Names.Select(name => $"{name}={value}"));
            await Survives(path, pairs, authorization: null);
            await Survives(path, $"grant_type=authorization_code&code={value}&token={value}", basic);
            await Survives(path, $"grant_type=urn:ietf:params:oauth:grant-type:device_code&client_id=tv&device_code={value}&user_code={value}", null);
            await Survives(path, $"scope=openid&login_hint={value}&auth_req_id={value}&grant_type=urn:openid:params:grant-type:ciba", bank);
            await Survives(path, $"scope=openid&id_token_hint={value}", bank);
            await Survives(path, $"grant_type=refresh_token&refresh_token={value}&scope={value}", basic);
            await Survives(path, $"{value}={value}&{value}", basic);
            await Survives(path, "x=1", $"Bearer {value}");
            if (value.All(c => c is > ' ' and < '\x7f'))
                await Survives(await server.GetAsync($"{path}?{pairs.Replace("\"", "%22", StringComparison.Ordinal)}"));
        }
    }

    [Theory, Rfc(6749, "3.2")]
    [MemberData(nameof(Paths))]
    public async Task Hostile_bodies_never_fail_the_server(string path)
    {
        var tooMany = string.Concat(Enumerable.Range(0, 65).Select(i => $"&p{i}={i}"));
        string[] bodies =
            ["", "&", "=", "&&&==&", "{}", "[1]", "<xml/>", new string('a', 32 * 1024), new string('&', 32 * 1024), tooMany];
        string?[] types =
        [
            AuthServer.FormType, "application/json", "multipart/form-data", "multipart/form-data; boundary=\"",
            "application/x-www-form-urlencoded; charset=utf-16", ";;;", "\u00ff", null,
        ];
        foreach (var body in bodies)
        {
            foreach (var type in types)
                await Survives(await server.PostRawAsync(path, body, type));
        }
    }

    [Theory, Rfc(9110, "15.5.14")]
    [InlineData("/token")]
    [InlineData("/refresh")]
    [InlineData("/revoke")]
    [InlineData("/introspect")]
    [InlineData("/userinfo")]
    [InlineData("/authorize")]
    [InlineData("/signin")]
    [InlineData("/consent")]
    [InlineData("/device")]
    [InlineData("/device_authorization")]
    [InlineData("/approvals")]
    [InlineData("/bc-authorize")]
    public async Task An_oversized_body_is_413(string path)
    {
        var before = server.Log.Lines.Count;
        var answer = await server.PostRawAsync(path, "token=" + new string('x', 33 * 1024));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.Status);
        Assert.Null(answer.Header("Location"));
        Assert.Single(server.Log.Lines.Skip(before), line => line.Contains(" refused", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_oversized_URL_or_header_is_refused()
    {
        Assert.Equal(HttpStatusCode.RequestUriTooLong, (await server.GetAsync("/authorize?state=" + new string('x', 17 * 1024))).Status);
        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, (await server.GetAsync("/userinfo", new string('x', 40 * 1024))).Status);
    }

    [Theory, Rfc(6749, "5.2")]
    [InlineData("grant_type=client_credentials&scope=%00")]
    [InlineData("grant_type=client_credentials&scope=%FF")]
    [InlineData("grant_type=client_credentials&scope=%C0%80")]
    [InlineData("grant_type=client_credentials&scope=\u00ff")]
    [InlineData("grant_type=client_credentials&x=%")]
    [InlineData("")]
    [InlineData("{\"grant_type\":\"client_credentials\"}")]
    [InlineData("grant%5ftype=")]
    public async Task An_unreadable_body_is_an_invalid_request(string body)
    {
        var answer = await server.PostRawAsync("/token", body, authorization: AuthServer.Basic("web", AuthServer.Secret).ToString());
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), (answer.Status, answer.Error));
    }

    [Fact]
    public async Task More_parameters_than_anybody_needs_are_an_invalid_request()
    {
        var body = "grant_type=client_credentials" + string.Concat(Enumerable.Range(0, 64).Select(i => $"&p{i}=1"));
        var basic = AuthServer.Basic("web", AuthServer.Secret).ToString();
        Assert.Equal("invalid_request", (await server.PostRawAsync("/token", body, authorization: basic)).Error);
    }

    [Fact]
    public async Task A_code_survives_every_bad_request_with_it()
    {
        var flow = new Flow(server, "own");
        var code = await flow.CodeAsync(await server.SignedInAsync());
        var basic = AuthServer.Basic("own", AuthServer.Secret).ToString();
        string[] extras = ["&x=%00", "&x=%FF", "&code=" + code, "&a=1&a=2", "&code_verifier=%", "&redirect_uri=x", "&" + new string('x', 33_000)];
        foreach (var extra in extras)
            await Survives("/token", $"grant_type=authorization_code&code={code}{extra}", basic);
        Assert.Equal(HttpStatusCode.OK, (await flow.RedeemAsync(code)).Status);
    }

    [Theory]
    [InlineData("{0}session=; {0}browser=")]
    [InlineData("{0}session=pse_x; {0}browser=x")]
    [InlineData("{0}session=%00%FF; {0}browser=\"; {0}=; {0}AAAA=x")]
    [InlineData("=;;=;{0}session")]
    public async Task Broken_cookies_are_no_cookies(string cookies)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Flow(server, "web").Url());
        var tag = (await SignInTests.AskAsync(server)).Cookies.Keys.Single()[..^24];
        request.Headers.TryAddWithoutValidation("Cookie", cookies.Replace("{0}", tag, StringComparison.Ordinal));
        var answer = await server.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Contains("signin-form", answer.Body, StringComparison.Ordinal);
    }

    private async Task Survives(string path, string body, string? authorization) =>
        await Survives(await server.PostRawAsync(path, body, authorization: authorization));

    private static Task Survives(Answer answer)
    {
        Assert.InRange((int)answer.Status, 200, 499);
        Assert.DoesNotContain("Set-Cookie:x", answer.Body, StringComparison.Ordinal);
        return Task.CompletedTask;
    }
}

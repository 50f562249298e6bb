using System.Net;

namespace Postern.Tests;

[Spec("Fetch", "CORS protocol")]
public class CrossOriginTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly AuthServer server = shared.Server;

    [Theory]
    [InlineData("GET", "/.well-known/openid-configuration")]
    [InlineData("GET", "/.well-known/oauth-authorization-server")]
    [InlineData("GET", "/jwks")]
    [InlineData("GET", "/userinfo")]
    [InlineData("POST", "/token")]
    [InlineData("POST", "/refresh")]
    [InlineData("POST", "/revoke")]
    [InlineData("POST", "/device_authorization")]
    public async Task Scripts_of_any_origin_may_read_these_answers(string method, string path)
    {
        var answer = await SendAsync(method, path);
        Assert.Equal("*", answer.Header("Access-Control-Allow-Origin"));
        Assert.Null(answer.Header("Access-Control-Allow-Credentials"));
        var preflight = await SendAsync("OPTIONS", path);
        Assert.Equal((HttpStatusCode.NoContent, "*"), (preflight.Status, preflight.Header("Access-Control-Allow-Origin")));
        Assert.Contains(method, preflight.Header("Access-Control-Allow-Methods"), StringComparison.Ordinal);
        Assert.Contains("Authorization", preflight.Header("Access-Control-Allow-Headers"), StringComparison.Ordinal);
    }

    [Theory, Rfc(9700, "2.6")]
    [InlineData("GET", "/authorize")]
    [InlineData("POST", "/signin")]
    [InlineData("POST", "/consent")]
    [InlineData("POST", "/signout")]
    [InlineData("POST", "/device")]
    [InlineData("POST", "/approvals")]
    [InlineData("POST", "/bc-authorize")]
    [InlineData("POST", "/introspect")]
    public async Task Scripts_of_other_origins_may_not_read_those(string method, string path)
    {
        Assert.Null((await SendAsync(method, path)).Header("Access-Control-Allow-Origin"));
        var preflight = await SendAsync("OPTIONS", path);
        Assert.Equal((HttpStatusCode.MethodNotAllowed, null), (preflight.Status, preflight.Header("Access-Control-Allow-Origin")));
    }

    [Fact]
    public async Task An_unreadable_request_is_answered_to_scripts_too() =>
        Assert.Equal("*", (await server.PostRawAsync("/token", new string('x', 40_000))).Header("Access-Control-Allow-Origin"));

    [Fact]
    public async Task Where_a_client_names_its_origins_their_scripts_alone_read_its_answers_and_with_credentials()
    {
        await using var own = await NamedAsync();
        var flow = new Flow(own, "spa", scope: "openid profile");
        var code = await flow.CodeAsync(await own.SignedInAsync());
        (string, string)[] redeem =
        [
            ("client_id", "spa"), ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", TestClients.SpaCallback), ("code_verifier", flow.Verifier),
        ];
        var tokens = await FromAsync(own, App, "/token", redeem);
        AllowsWithCredentials(tokens);
        AllowsWithCredentials(await FromAsync(own, "https://spa.example:8443", "/token", ("client_id", "spa"), ("grant_type", "nonsense")));
        AllowsWithCredentials(await FromAsync(own, App, "/refresh", ("client_id", "spa"), ("refresh_token", tokens.RefreshToken)));
        AllowsWithCredentials(await UserInfoAsync(own, App, tokens.AccessToken));
        AllowsWithCredentials(await FromAsync(own, App, "/revoke", ("client_id", "spa"), ("token", tokens.AccessToken)));
        foreach (var path in new[] { "/token", "/refresh", "/revoke" })
            Assert.Equal("*", (await FromAsync(own, Evil, path, ("client_id", "app"))).Header("Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("https://spa.example.evil.example")]
    [InlineData("https://spa.example:444")]
    [InlineData("http://spa.example")]
    [InlineData("HTTPS://SPA.EXAMPLE")]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("*")]
    public async Task No_other_origin_reads_them(string origin)
    {
        await using var own = await NamedAsync();
        var tokens = await new Flow(own, "spa", scope: "openid").TokensAsync(await own.SignedInAsync());
        foreach (var path in new[] { "/token", "/refresh", "/revoke" })
            Forbids(await FromAsync(own, origin, path, ("client_id", "spa"), ("token", "x")));
        Forbids(await UserInfoAsync(own, origin, tokens.AccessToken));
    }

    [Fact]
    public async Task What_is_public_and_a_preflight_which_says_no_client_stay_open_to_all_without_credentials()
    {
        await using var own = await NamedAsync();
        foreach (var (method, path) in new[] { ("GET", "/jwks"), ("GET", "/.well-known/openid-configuration"), ("OPTIONS", "/token"), ("OPTIONS", "/userinfo") })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path) { Headers = { { "Origin", App } } };
            var answer = await own.SendAsync(request);
            Assert.Equal(("*", null), (answer.Header("Access-Control-Allow-Origin"), answer.Header("Access-Control-Allow-Credentials")));
        }
    }

    private const string App = "https://spa.example";
    private const string Evil = "https://evil.example";

    private static async Task<AuthServer> NamedAsync()
    {
        var own = await AuthServer.StartAsync();
        await own.ChangeClientAsync("spa", client => client with { RequireConsent = false, AllowedOrigins = new([App, "https://spa.example:8443"]) });
        await (await own.AuthorizeAsync("spa", ("scope", "openid profile"))).ConsentAsync();
        return own;
    }

    private static void AllowsWithCredentials(Answer answer)
    {
        Assert.StartsWith(App, answer.Header("Access-Control-Allow-Origin"), StringComparison.Ordinal);
        Assert.Equal(("true", "Origin"), (answer.Header("Access-Control-Allow-Credentials"), answer.Header("Vary")));
    }

    private static void Forbids(Answer answer)
    {
        Assert.Equal((null, null), (answer.Header("Access-Control-Allow-Origin"), answer.Header("Access-Control-Allow-Credentials")));
        Assert.Equal("Origin", answer.Header("Vary"));
    }

    private static async Task<Answer> FromAsync(AuthServer own, string origin, string path, params (string, string)[] form)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = RemoteServer.Form(form) };
        request.Headers.TryAddWithoutValidation("Origin", origin);
        return await own.SendAsync(request);
    }

    private static async Task<Answer> UserInfoAsync(AuthServer own, string origin, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/userinfo");
        request.Headers.TryAddWithoutValidation("Origin", origin);
        request.Headers.Authorization = new("Bearer", token);
        return await own.SendAsync(request);
    }

    private async Task<Answer> SendAsync(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Add("Origin", "https://spa.example");
        request.Headers.Add("Access-Control-Request-Method", "POST");
        return await server.SendAsync(request);
    }
}

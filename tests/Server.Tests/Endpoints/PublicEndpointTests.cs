using System.Net;
using System.Text.Json;

namespace Postern.Tests;

/// <summary>What anybody may ask: documents, health, assets, the sweep.</summary>
public class PublicEndpointTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly AuthServer server = shared.Server;

    [Theory, Rfc(8414, "3"), Spec("OIDC Discovery", "4")]
    [InlineData("/.well-known/oauth-authorization-server")]
    [InlineData("/.well-known/openid-configuration")]
    public async Task The_metadata_names_endpoints_that_are_there(string path)
    {
        var answer = await server.GetAsync(path);
        Assert.Equal((HttpStatusCode.OK, "application/json"), (answer.Status, answer.Header("Content-Type")));
        Assert.Equal(AuthServer.Issuer, answer.Text("issuer"));
        var members = answer.Json.EnumerateObject();
        foreach (var url in members.Where(member => member.Name.EndsWith("_endpoint", StringComparison.Ordinal) || member.Name == "jwks_uri"))
            Assert.NotEqual(HttpStatusCode.NotFound, (await server.GetAsync(new Uri(url.Value.GetString()!).AbsolutePath)).Status);
        Assert.Equal(["S256"], Texts(answer, "code_challenge_methods_supported"));
        Assert.Equal(["code"], Texts(answer, "response_types_supported"));
        Assert.Equal(Protocol.GrantTypes.All, Texts(answer, "grant_types_supported"));
        Assert.DoesNotContain("none", Texts(answer, "introspection_endpoint_auth_methods_supported"));
        Assert.True(answer.Json.GetProperty("authorization_response_iss_parameter_supported").GetBoolean());
        Assert.False(answer.Json.GetProperty("request_uri_parameter_supported").GetBoolean());
    }

    [Fact, Rfc(8414, "3.1")]
    public async Task An_issuer_with_a_path_has_its_metadata_where_each_specification_looks()
    {
        const string issuer = AuthServer.Issuer + "/tenant";
        await using var tenant = await AuthServer.StartAsync(options => options with { Issuer = issuer });
        string[] paths =
        [
            "/.well-known/oauth-authorization-server/tenant",
            "/.well-known/openid-configuration/tenant",
            "/tenant/.well-known/openid-configuration",
            "/tenant/.well-known/oauth-authorization-server",
        ];
        foreach (var path in paths)
        {
            var answer = await tenant.GetAsync(path);
            Assert.Equal((issuer, issuer + "/token"), (answer.Text("issuer"), answer.Text("token_endpoint")));
        }
        Assert.Equal(HttpStatusCode.NotFound, (await tenant.GetAsync("/.well-known/oauth-authorization-server")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await tenant.GetAsync("/token")).Status);
        Assert.Equal(HttpStatusCode.OK, (await tenant.PostAsync("/tenant/token", "web", ("grant_type", "client_credentials"))).Status);
    }

    [Fact, Rfc(9207, "2.4")]
    public async Task A_flow_below_a_path_stays_below_it()
    {
        await using var tenant = await AuthServer.StartAsync(options => options with { Issuer = AuthServer.Issuer + "/tenant" });
        var browser = await tenant.Browser().GoAsync("/tenant" + new Flow(tenant, "web").Url());
        Assert.Contains("href=\"/tenant/assets/", browser.Page!.Body, StringComparison.Ordinal);
        await browser.SignInAsync();
        await browser.ConsentAsync();
        Assert.Equal(AuthServer.Issuer + "/tenant", browser.Sent("iss"));
    }

    [Fact, Rfc(7517, "5")]
    public async Task The_key_set_has_public_keys_alone()
    {
        var keys = (await server.GetAsync("/jwks")).Json.GetProperty("keys").EnumerateArray().ToList();
        Assert.Equal(["EC", "RSA"], keys.Select(key => key.GetProperty("kty").GetString()).Order());
        string[] secret = ["d", "p", "q", "dp", "dq", "qi", "k", "oth"];
        Assert.All(keys, key => Assert.DoesNotContain(key.EnumerateObject(), member => secret.Contains(member.Name)));
        Assert.Equal(keys.Count, keys.Select(key => key.GetProperty("kid").GetString()).Distinct().Count());
    }

    [Theory, Rfc(9111, "5.2.2"), Rfc(9110, "13.1.2")]
    [InlineData("/jwks")]
    [InlineData("/.well-known/openid-configuration")]
    public async Task Documents_may_be_kept_and_asked_for_again(string path)
    {
        var first = await server.GetAsync(path);
        Assert.Contains("public, max-age=", first.Header("Cache-Control"), StringComparison.Ordinal);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("If-None-Match", first.Header("ETag"));
        Assert.Equal(HttpStatusCode.NotModified, (await server.SendAsync(request)).Status);
        using var star = new HttpRequestMessage(HttpMethod.Get, path);
        star.Headers.TryAddWithoutValidation("If-None-Match", "*");
        var notModified = await server.SendAsync(star);
        Assert.Equal((HttpStatusCode.NotModified, first.Header("ETag"), ""), (notModified.Status, notModified.Header("ETag"), notModified.Body));
        using var other = new HttpRequestMessage(HttpMethod.Get, path);
        other.Headers.TryAddWithoutValidation("If-None-Match", "\"*\", \"x\"");
        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync(other)).Status);
        var head = await server.SendAsync("HEAD", path);
        Assert.Equal((HttpStatusCode.OK, ""), (head.Status, head.Body));
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task Health_says_no_more_than_yes_or_no(string path)
    {
        var answer = await server.GetAsync(path);
        Assert.Equal((HttpStatusCode.OK, """{"status":"ok"}"""), (answer.Status, answer.Body));
    }

    [Fact]
    public async Task Without_storage_the_server_lives_but_is_not_ready()
    {
        await using var storage = await Local.TableService.StartAsync();
        await using var own = await AuthServer.StartAsync(storage: storage.ConnectionString);
        await storage.DisposeAsync();
        Assert.Equal(HttpStatusCode.OK, (await own.GetAsync("/health/live")).Status);
        var ready = await own.GetAsync("/health/ready");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, """{"status":"unavailable"}"""), (ready.Status, ready.Body));
        var refused = await own.PostAsync("/token", "web", ("grant_type", "client_credentials"));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "temporarily_unavailable"), (refused.Status, refused.Error));
        Assert.NotNull(refused.Header("Retry-After"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await own.GetAsync(new Flow(own, "web").Url())).Status);
    }

    [Fact]
    public async Task Whatever_is_swept_nothing_that_lives_is_lost()
    {
        await using var own = await AuthServer.StartAsync();
        var flow = new Flow(own, "own");
        var tokens = await flow.TokensAsync(await own.SignedInAsync());
        for (var i = 0; i < 3; i++)
        {
            await own.RunTimerAsync("sweep");
            own.Clock.Advance(TimeSpan.FromDays(3));
        }
        Assert.Equal(HttpStatusCode.OK, (await flow.RefreshAsync(tokens.RefreshToken)).Status);
    }

    [Fact]
    public async Task A_sweep_drops_what_is_past_and_no_stranger_can_run_a_timer()
    {
        await using var own = await AuthServer.StartAsync();
        await own.Browser().GoAsync(new Flow(own, "web").Url());
        var first = (await own.TableNamesAsync()).Where(name => name.StartsWith("expiring", StringComparison.Ordinal)).Min();
        own.Clock.Advance(TimeSpan.FromDays(3));
        await own.RunTimerAsync("sweep");
        Assert.NotNull(first);
        Assert.DoesNotContain(first, await own.TableNamesAsync());
        foreach (var timer in own.Functions.Timers)
            Assert.Equal(HttpStatusCode.NotFound, (await own.PostRawAsync("/" + timer.Name, "{}", "application/json")).Status);
    }

    [Fact]
    public async Task Assets_on_the_pages_are_there_and_may_be_kept_for_good()
    {
        var page = (await server.GetAsync(new Flow(server, "web").Url())).Body;
        var assets = System.Text.RegularExpressions.Regex.Matches(page, "/assets/[^\"]+").Select(asset => asset.Value).Distinct().ToList();
        Assert.Equal(3, assets.Count);
        foreach (var asset in assets)
        {
            var answer = await server.GetAsync(WebUtility.HtmlDecode(asset));
            Assert.Equal((HttpStatusCode.OK, "nosniff"), (answer.Status, answer.Header("X-Content-Type-Options")));
            Assert.Contains("immutable", answer.Header("Cache-Control"), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/assets/")]
    [InlineData("/assets/nothing.css")]
    [InlineData("/assets/..%2fappsettings.json")]
    [InlineData("/assets/../host.json")]
    [InlineData("/")]
    [InlineData("/authorize/x")]
    [InlineData("/health")]
    public async Task There_is_nothing_else(string path) => Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync(path)).Status);

    private static IEnumerable<string?> Texts(Answer answer, string member) =>
        answer.Json.GetProperty(member).EnumerateArray().Select(value => value.ValueKind == JsonValueKind.String ? value.GetString() : null);
}

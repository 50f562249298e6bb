using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Postern.Protocol;

namespace Postern.Tests;

[Spec("OIDC Core", "5.3")]
public class UserInfoEndpointTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly AuthServer server = shared.Server;

    [Conformance("oidcc-scope-profile")]
    [Conformance("oidcc-scope-email")]
    [Conformance("oidcc-scope-address")]
    [Conformance("oidcc-scope-phone")]
    [Conformance("oidcc-scope-all")]
    [Theory, Spec("OIDC Core", "5.4")]
    [InlineData("openid", "sub")]
    [InlineData("openid profile", "sub name given_name updated_at")]
    [InlineData("openid email", "sub email email_verified")]
    [InlineData("openid phone", "sub phone_number")]
    [InlineData("openid address api:read", "sub address")]
    [InlineData("openid profile email address phone", "sub name given_name updated_at email email_verified address phone_number")]
    public async Task A_scope_releases_its_claims(string scope, string claims)
    {
        var tokens = await new Flow(server, "own").TokensAsync(("scope", scope));
        Assert.Equal(claims.Split(' '), await NamesAsync(tokens.AccessToken));
    }

    [Conformance("oidcc-claims-essential")]
    [Fact, Spec("OIDC Core", "5.5")]
    public async Task Claims_asked_for_by_name_are_released()
    {
        const string wanted = """{"userinfo":{"email":null,"phone_number":{"essential":true}},"id_token":{"address":null}}""";
        var tokens = await new Flow(server, "own").TokensAsync(("scope", "openid"), ("claims", wanted));
        Assert.Equal(["sub", "email", "phone_number"], await NamesAsync(tokens.AccessToken));
    }

    [Theory, Rfc(9068, "4")]
    [InlineData(AuthServer.Issuer, HttpStatusCode.OK)]
    [InlineData("https://api.example", HttpStatusCode.Unauthorized)]
    public async Task A_token_for_another_audience_is_refused_whatever_its_scope(string audience, HttpStatusCode status)
    {
        var claims = JsonNode.Parse(Jwt.Claims((await new Flow(server, "own").TokensAsync()).AccessToken).GetRawText())!;
        claims["aud"] = audience;
        var bytes = Encoding.UTF8.GetBytes(claims.ToJsonString());
        var token = await AuthServer.Signer.SignAsync(SigningAlgorithms.RS256, Jws.AccessTokenType, bytes, default);
        Assert.Equal(status, (await server.GetAsync("/userinfo", token)).Status);
    }

    [Conformance("oidcc-userinfo-post-header")]
    [Conformance("oidcc-userinfo-post-body")]
    [Fact, Rfc(6750, "2.1"), Rfc(6750, "2.2")]
    public async Task The_token_comes_in_the_header_or_the_form()
    {
        var token = (await new Flow(server, "own").TokensAsync()).AccessToken;
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/userinfo", token)).Status);
        Assert.Equal(HttpStatusCode.OK, (await server.PostRawAsync("/userinfo", "", null, "bearer " + token)).Status);
        Assert.Equal(HttpStatusCode.OK, (await server.PostRawAsync("/userinfo", "access_token=" + token)).Status);
        Assert.Equal(HttpStatusCode.OK, (await server.PostRawAsync("/userinfo", "{}", "application/json", "Bearer " + token)).Status);
    }

    [Theory, Rfc(6750, "2.1")]
    [InlineData("{}", "application/json")]
    [InlineData("%ZZ=%00", AuthServer.FormType)]
    [InlineData("a=1&a=2", AuthServer.FormType)]
    [InlineData("x", "multipart/form-data; boundary=x")]
    [InlineData("x", "nonsense")]
    [InlineData("x", null)]
    [InlineData("", AuthServer.FormType)]
    public async Task With_a_token_in_the_header_any_body_will_do(string body, string? contentType)
    {
        var token = (await new Flow(server, "own").TokensAsync()).AccessToken;
        Assert.Equal(HttpStatusCode.OK, (await server.PostRawAsync("/userinfo", body, contentType, "Bearer " + token)).Status);
        var longer = body + new string('x', 40_000);
        Assert.Equal(HttpStatusCode.OK, (await server.PostRawAsync("/userinfo", longer, contentType, "Bearer " + token)).Status);
        Assert.NotEqual(HttpStatusCode.OK, (await server.PostRawAsync("/userinfo", body, contentType, "")).Status);
    }

    [Fact, Rfc(6750, "2")]
    public async Task The_token_comes_once()
    {
        var token = (await new Flow(server, "own").TokensAsync()).AccessToken;
        var inBoth = await server.PostRawAsync("/userinfo", "access_token=" + token, authorization: "Bearer " + token);
        Refuses(inBoth, HttpStatusCode.BadRequest, "invalid_request");
        var twice = await server.PostRawAsync("/userinfo", $"access_token={token}&access_token={token}");
        Refuses(twice, HttpStatusCode.BadRequest, "invalid_request");
    }

    [Fact, Rfc(6750, "2.3")]
    public async Task A_token_in_the_query_is_not_looked_at()
    {
        var token = (await new Flow(server, "own").TokensAsync()).AccessToken;
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.GetAsync("/userinfo?access_token=" + token)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.PostRawAsync("/userinfo?access_token=" + token, "x=1")).Status);
    }

    [Fact, Rfc(6750, "3.1")]
    public async Task Without_a_token_the_challenge_has_no_error()
    {
        var answer = await server.GetAsync("/userinfo");
        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
        Assert.Equal($"Bearer realm=\"{AuthServer.Issuer}\"", answer.Header("WWW-Authenticate"));
        Assert.Empty(answer.Body);
    }

    [Theory, Rfc(6750, "3.1")]
    [InlineData("x")]
    [InlineData("a.b.c")]
    [InlineData("eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.eyJzdWIiOiJhbGljZS1zdWJqZWN0In0.")]
    [InlineData("eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiJhbGljZS1zdWJqZWN0In0.AAAA")]
    public async Task A_forged_token_is_invalid(string token) =>
        Refuses(await server.GetAsync("/userinfo", token), HttpStatusCode.Unauthorized, "invalid_token");

    [Fact, Rfc(8725, "3.11")]
    public async Task No_other_token_is_an_access_token()
    {
        var tokens = await new Flow(server, "own").TokensAsync();
        foreach (var token in new[] { tokens.Text("id_token")!, tokens.RefreshToken, tokens.AccessToken + "x", tokens.AccessToken[..^1] })
            Refuses(await server.GetAsync("/userinfo", token), HttpStatusCode.Unauthorized, "invalid_token");
    }

    [Fact, Rfc(6750, "3.1")]
    public async Task A_token_without_openid_lacks_the_scope()
    {
        var tokens = await new Flow(server, "own").TokensAsync(("scope", "profile"));
        Refuses(await server.GetAsync("/userinfo", tokens.AccessToken), HttpStatusCode.Forbidden, "insufficient_scope");
        var machine = await server.PostAsync("/token", "web", ("grant_type", "client_credentials"));
        Refuses(await server.GetAsync("/userinfo", machine.AccessToken), HttpStatusCode.Forbidden, "insufficient_scope");
    }

    [Fact, Spec("OIDC Core", "5.5")]
    public async Task Claims_asked_for_by_name_end_with_the_registration_for_them()
    {
        await using var own = await AuthServer.StartAsync(options => options with { ClientCache = TimeSpan.Zero });
        var flow = new Flow(own, "rotating", scope: "openid");
        const string claims = """{"userinfo":{"name":null},"id_token":{"email":null}}""";
        var tokens = await flow.RedeemAsync(await flow.CodeAsync(await own.SignedInAsync(), ("claims", claims)));
        Assert.Equal("alice@example.com", Jwt.Claims(tokens.Text("id_token")!).GetProperty("email").GetString());

        await own.ChangeClientAsync("rotating", client => client with { Scope = Scope.TryParse("openid")! });
        Assert.False((await own.GetAsync("/userinfo", tokens.AccessToken)).Json.TryGetProperty("name", out _));
        var refreshed = await flow.RefreshAsync(tokens.RefreshToken);
        Assert.False(Jwt.Claims(refreshed.Text("id_token")!).TryGetProperty("email", out _));
    }

    [Fact]
    public async Task An_expired_token_is_invalid()
    {
        await using var own = await AuthServer.StartAsync();
        var tokens = await new Flow(own, "own").TokensAsync(await own.SignedInAsync());
        own.Clock.Advance(TimeSpan.FromMinutes(15));
        Refuses(await own.GetAsync("/userinfo", tokens.AccessToken), HttpStatusCode.Unauthorized, "invalid_token");
    }

    [Fact]
    public async Task Personal_answers_are_kept_by_no_cache()
    {
        var tokens = await new Flow(server, "own").TokensAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/userinfo");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tokens.AccessToken);
        Assert.Equal("no-store", (await server.SendAsync(request)).Header("Cache-Control"));
    }

    private async Task<IEnumerable<string>> NamesAsync(string accessToken) =>
        (await server.GetAsync("/userinfo", accessToken)).Json.EnumerateObject().Select(claim => claim.Name);

    private static void Refuses(Answer answer, HttpStatusCode status, string error)
    {
        Assert.Equal((status, error), (answer.Status, answer.Error));
        Assert.Contains($"error=\"{error}\"", answer.Header("WWW-Authenticate"), StringComparison.Ordinal);
    }
}

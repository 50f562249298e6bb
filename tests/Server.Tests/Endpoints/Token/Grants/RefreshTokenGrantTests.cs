using System.Net;
using Postern.Protocol;

namespace Postern.Tests;

[Rfc(6749, "6")]
public class RefreshTokenGrantTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly AuthServer server = shared.Server;

    [Theory, Rfc(9700, "4.14.2")]
    [InlineData("own", false)]
    [InlineData("rotating", true)]
    [InlineData("app", true)]
    [InlineData("spa", true)]
    public async Task Tokens_rotate_for_public_clients_and_where_it_is_set(string clientId, bool rotates)
    {
        var (flow, first) = await StartAsync(server, clientId);
        var refreshed = await flow.RefreshAsync(first);
        Assert.Equal(HttpStatusCode.OK, refreshed.Status);
        Assert.Equal(rotates, refreshed.RefreshToken != first);
        var again = await flow.RefreshAsync(refreshed.RefreshToken);
        Assert.Equal(HttpStatusCode.OK, again.Status);
        Assert.NotEqual(refreshed.AccessToken, again.AccessToken);
    }

    [Fact]
    public async Task A_lost_response_can_be_had_again_within_the_grace_period()
    {
        await using var own = await AuthServer.StartAsync();
        var (flow, first) = await StartAsync(own, "app");
        var second = (await flow.RefreshAsync(first)).RefreshToken;
        own.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(second, (await flow.RefreshAsync(first)).RefreshToken);
        Assert.Equal(HttpStatusCode.OK, (await flow.RefreshAsync(second)).Status);
    }

    [Fact, Rfc(9700, "4.14.2")]
    public async Task After_the_grace_period_it_is_reuse_and_revokes_everything()
    {
        await using var own = await AuthServer.StartAsync();
        var (flow, first) = await StartAsync(own, "app");
        var second = await flow.RefreshAsync(first);
        own.Clock.Advance(TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(1));
        Assert.Equal("invalid_grant", (await flow.RefreshAsync(first)).Error);
        Assert.Equal("invalid_grant", (await flow.RefreshAsync(second.RefreshToken)).Error);
        Assert.Equal(HttpStatusCode.Unauthorized, (await own.GetAsync("/userinfo", second.AccessToken)).Status);
    }

    [Fact, Rfc(9700, "4.14.2")]
    public async Task A_token_two_generations_further_back_is_reuse_at_once()
    {
        var (flow, first) = await StartAsync(server, "app");
        var second = (await flow.RefreshAsync(first)).RefreshToken;
        var third = (await flow.RefreshAsync(second)).RefreshToken;
        var fourth = (await flow.RefreshAsync(third)).RefreshToken;
        Assert.Equal("invalid_grant", (await flow.RefreshAsync(first)).Error);
        Assert.Equal("invalid_grant", (await flow.RefreshAsync(fourth)).Error);
    }

    [Fact]
    public async Task Made_up_tokens_revoke_nothing()
    {
        var (flow, first) = await StartAsync(server, "app");
        var made = Handle.TryParse(HandleKind.RefreshToken, first)!;
        var otherSecret = (made with { Secret = new byte[48] }).Encode();
        string[] forgeries = [first[..^1], first + "A", otherSecret, "prt_" + new string('A', 88), "pac_" + first[4..]];
        foreach (var forgery in forgeries)
            Assert.Equal("invalid_grant", (await flow.RefreshAsync(forgery)).Error);
        Assert.Equal(HttpStatusCode.OK, (await flow.RefreshAsync(first)).Status);
    }

    [Theory]
    [InlineData("web")]
    [InlineData("spa")]
    public async Task Another_clients_token_is_refused_and_stays_good(string thief)
    {
        var (flow, first) = await StartAsync(server, "app");
        Assert.Equal("invalid_grant", (await server.PostAsync("/token", thief, ("grant_type", "refresh_token"), ("refresh_token", first))).Error);
        Assert.Equal(HttpStatusCode.OK, (await flow.RefreshAsync(first)).Status);
    }

    [Fact]
    public async Task The_scope_may_be_narrowed_for_one_access_token()
    {
        var (flow, token) = await StartAsync(server, "own");
        var narrowed = await flow.RefreshAsync(token, ("scope", "api:read"));
        Assert.Equal(("api:read", null), (narrowed.Text("scope"), narrowed.Text("id_token")));
        Assert.Equal("api:read email openid profile", (await flow.RefreshAsync(token)).Text("scope"));
    }

    [Theory]
    [InlineData("api:write")]
    [InlineData("openid api:write")]
    [InlineData("bogus")]
    [InlineData("\"")]
    public async Task The_scope_cannot_be_widened(string scope)
    {
        var (flow, token) = await StartAsync(server, "rotating");
        Assert.Equal("invalid_scope", (await flow.RefreshAsync(token, ("scope", scope))).Error);
        var next = await flow.RefreshAsync(token);
        Assert.Equal(HttpStatusCode.OK, next.Status);
    }

    [Conformance("oidcc-refresh-token")]
    [Fact, Spec("OIDC Core", "12.2")]
    public async Task A_refreshed_ID_token_keeps_the_subject_and_auth_time_and_has_no_nonce()
    {
        await using var own = await AuthServer.StartAsync();
        var (flow, token) = await StartAsync(own, "own");
        var signedInAt = own.Clock.Now.ToUnixTimeSeconds();
        own.Clock.Advance(TimeSpan.FromHours(1));
        var claims = Jwt.Claims((await flow.RefreshAsync(token)).Text("id_token")!);
        Assert.Equal(AuthServer.Subject, claims.GetProperty("sub").GetString());
        Assert.Equal(signedInAt, claims.GetProperty("auth_time").GetInt64());
        Assert.Equal(own.Clock.Now.ToUnixTimeSeconds(), claims.GetProperty("iat").GetInt64());
        Assert.False(claims.TryGetProperty("nonce", out _));
    }

    private static async Task<(Flow Flow, string RefreshToken)> StartAsync(AuthServer server, string clientId)
    {
        var flow = new Flow(server, clientId);
        return (flow, (await flow.TokensAsync(await server.SignedInAsync())).RefreshToken);
    }
}

/// <summary>What ends a refresh token besides its own use.</summary>
[Rfc(6749, "6")]
public class RefreshTokenEndTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Use_keeps_it_alive_up_to_its_absolute_end(bool rotates)
    {
        await using var server = await AuthServer.StartAsync();
        if (rotates)
            await server.ChangeClientAsync("brief", client => client with { RotateRefreshTokens = true });
        var flow = new Flow(server, "brief");
        var token = (await flow.TokensAsync(await server.SignedInAsync())).RefreshToken;
        foreach (var minutes in new[] { 4, 4 })
        {
            server.Clock.Advance(TimeSpan.FromMinutes(minutes));
            var refreshed = await flow.RefreshAsync(token);
            Assert.Equal(HttpStatusCode.OK, refreshed.Status);
            token = refreshed.Text("refresh_token") ?? token;
        }
        server.Clock.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal("invalid_grant", (await flow.RefreshAsync(token)).Error);
    }

    [Fact]
    public async Task It_ends_when_it_is_not_used_for_its_lifetime()
    {
        await using var server = await AuthServer.StartAsync();
        var flow = new Flow(server, "brief");
        var token = (await flow.TokensAsync(await server.SignedInAsync())).RefreshToken;
        server.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("invalid_grant", (await flow.RefreshAsync(token)).Error);
    }

    [Fact]
    public async Task No_access_token_outlives_its_grant()
    {
        var lifetimes = new Lifetimes { RefreshToken = TimeSpan.FromMinutes(20), RefreshTokenMax = TimeSpan.FromMinutes(20) };
        await using var server = await AuthServer.StartAsync(options => options with { Lifetimes = lifetimes });
        var flow = new Flow(server, "own");
        var token = (await flow.TokensAsync(await server.SignedInAsync())).RefreshToken;
        server.Clock.Advance(TimeSpan.FromMinutes(19));
        Assert.Equal(60, (await flow.RefreshAsync(token)).Json.GetProperty("expires_in").GetInt32());
    }

    [Fact]
    public Task It_ends_with_the_account() => EndsAsync("own", server => server.ChangeAliceAsync(alice => alice with { Disabled = true }));

    [Fact]
    public Task It_ends_when_the_person_is_signed_out_everywhere() =>
        EndsAsync("own", server => server.ChangeAliceAsync(alice => alice with { Stamp = "signed out" }));

    [Fact]
    public Task It_ends_when_the_consent_is_taken_back() =>
        EndsAsync("web", server => server.TakeBackConsentAsync("web"));

    [Fact]
    public async Task It_ends_with_the_client()
    {
        await using var server = await AuthServer.StartAsync(options => options with { ClientCache = TimeSpan.Zero });
        var flow = new Flow(server, "own");
        var tokens = await flow.TokensAsync(await server.SignedInAsync());
        await server.RemoveClientAsync("own");
        Assert.Equal("invalid_client", (await flow.RefreshAsync(tokens.RefreshToken)).Error);
    }

    [Fact]
    public async Task It_brings_no_more_than_the_client_is_still_registered_for()
    {
        await using var server = await AuthServer.StartAsync(options => options with { ClientCache = TimeSpan.Zero });
        var flow = new Flow(server, "own");
        var tokens = await flow.TokensAsync(await server.SignedInAsync());
        await server.ChangeClientAsync("own", client => client with { Scope = Scope.TryParse("openid")! });
        Assert.Equal("openid", (await flow.RefreshAsync(tokens.RefreshToken)).Text("scope"));
    }

    private static async Task EndsAsync(string clientId, Func<AuthServer, Task> end)
    {
        await using var server = await AuthServer.StartAsync();
        var flow = new Flow(server, clientId);
        var tokens = await flow.TokensAsync(await server.SignedInAsync());
        Assert.Equal(HttpStatusCode.OK, (await flow.RefreshAsync(tokens.RefreshToken)).Status);
        await end(server);
        Assert.Equal("invalid_grant", (await flow.RefreshAsync(tokens.RefreshToken)).Error);
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.GetAsync("/userinfo", tokens.AccessToken)).Status);
        var introspected = await server.PostAsync("/introspect", clientId, ("token", tokens.RefreshToken));
        Assert.False(introspected.Json.GetProperty("active").GetBoolean());
    }
}

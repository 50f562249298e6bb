using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Postern.Local;
using Postern.Protocol;

namespace Postern.Tests;

/// <summary>Clients are told on their back channel that a session is over (OpenID Connect Back-Channel Logout 1.0).</summary>
public class BackchannelLogoutTests
{
    // On a loopback host, as a server on a laptop: then it may call others there.
    private const string Issuer = "http://localhost:5099";

    [Conformance("oidcc-backchannel-rp-initiated-logout")]
    [Fact, Spec("OIDC Back-Channel Logout", "2.4"), Spec("OIDC Back-Channel Logout", "2.5")]
    public async Task A_client_is_posted_a_logout_token_for_the_session_of_its_ID_token_and_no_other_client_is()
    {
        await using var server = await StartAsync();
        await using var party = await RelyingParty.StartAsync();
        await using var bystander = await RelyingParty.StartAsync();
        await server.AddClientAsync(party.Client("told", server.Clock.Now) with { SigningAlgorithm = SigningAlgorithms.ES256 });
        await server.AddClientAsync(bystander.Client("bystander", server.Clock.Now));
        var (browser, _, idToken) = await server.BeginAsync("told");
        await new Flow(server, "told").TokensAsync(browser);
        await browser.SignOutAsync();
        var form = Assert.Single(await party.WaitAsync(1));
        Assert.Equal(["logout_token"], form.Keys);
        var token = form["logout_token"].ToString();
        Assert.Equal(("logout+jwt", "ES256"), (Jwt.Header(token).GetProperty("typ").GetString(), Jwt.Header(token).GetProperty("alg").GetString()));
        await VerifyAsync(server, token, "told");
        var (claims, id) = (Jwt.Claims(token), Jwt.Claims(idToken));
        Assert.Equal(["iss", "sub", "aud", "iat", "exp", "jti", "sid", "events"], claims.EnumerateObject().Select(claim => claim.Name));
        Assert.Equal((id.GetProperty("sub").GetString(), idToken.Sid()), (claims.GetProperty("sub").GetString(), claims.GetProperty("sid").GetString()));
        Assert.Equal("{}", claims.GetProperty("events").GetProperty("http://schemas.openid.net/event/backchannel-logout").ToString());
        Assert.Equal(120, claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64());
        Assert.Empty(bystander.Received);
        await server.RunTimerAsync("deliver-logouts");
        Assert.Single(party.Received);
    }

    [Fact, Spec("OIDC Back-Channel Logout", "2.5"), Spec("OIDC Back-Channel Logout", "2.8")]
    public async Task A_client_that_fails_is_told_again_by_any_instance_and_not_for_ever()
    {
        await using var storage = await TableService.StartAsync();
        await using var server = await StartAsync(storage.ConnectionString);
        await using var other = await StartAsync(storage.ConnectionString, server.Clock);
        await using var party = await RelyingParty.StartAsync();
        party.Status = 503;
        await server.AddClientAsync(party.Client("ailing", server.Clock.Now));
        var (browser, _, _) = await server.BeginAsync("ailing");
        await browser.SignOutAsync();
        await party.WaitAsync(1);
        await other.RunTimerAsync("deliver-logouts");
        Assert.Single(party.Received);
        var minutes = 1;
        for (var tries = 2; tries <= LogoutDelivery.MaxTries; tries++, minutes *= 2)
        {
            server.Clock.Advance(TimeSpan.FromMinutes(minutes));
            await Task.WhenAll(other.RunTimerAsync("deliver-logouts"), server.RunTimerAsync("deliver-logouts"));
            Assert.Equal(tries, party.Received.Count);
        }
        Assert.Equal(party.Received.Count, party.Received.Select(form => Jwt.Claims(form["logout_token"]!).GetProperty("jti").GetString()).Distinct().Count());
        server.Clock.Advance(TimeSpan.FromMinutes(minutes));
        await server.RunTimerAsync("deliver-logouts");
        Assert.Equal(LogoutDelivery.MaxTries, party.Received.Count);
        Assert.Contains(server.Log.Lines, line => line.Contains("ailing was not told of a sign-out", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_client_that_comes_back_is_told_once_more_and_then_no_more()
    {
        await using var server = await StartAsync();
        await using var party = await RelyingParty.StartAsync();
        party.Status = 500;
        await server.AddClientAsync(party.Client("back", server.Clock.Now));
        await (await server.BeginAsync("back")).Browser.SignOutAsync();
        await party.WaitAsync(1);
        party.Status = 204;
        for (var i = 0; i < 3; i++)
        {
            server.Clock.Advance(TimeSpan.FromMinutes(5));
            await server.RunTimerAsync("deliver-logouts");
        }
        Assert.Equal(2, party.Received.Count);
    }

    [Fact, Spec("OIDC Back-Channel Logout", "2.8")]
    public async Task A_client_that_says_no_is_not_asked_again()
    {
        await using var server = await StartAsync();
        await using var party = await RelyingParty.StartAsync();
        party.Status = 400;
        await server.AddClientAsync(party.Client("no", server.Clock.Now));
        await (await server.BeginAsync("no")).Browser.SignOutAsync();
        await party.WaitAsync(1);
        await server.Log.WaitAsync("no was not told of a sign-out");
        server.Clock.Advance(TimeSpan.FromMinutes(5));
        await server.RunTimerAsync("deliver-logouts");
        Assert.Single(party.Received);
    }

    [Fact]
    public async Task A_dead_client_delays_neither_the_person_nor_another_client()
    {
        await using var server = await StartAsync();
        await using var party = await RelyingParty.StartAsync();
        await using var dead = Peer.Dripping("HTTP/1.1 200 OK\r\nX: ");
        await server.AddClientAsync(party.Client("alive", server.Clock.Now));
        var never = party.Client("dead", server.Clock.Now) with { Logout = new ClientLogout { BackchannelLogoutUri = dead.Uri.ToString() } };
        await server.AddClientAsync(never);
        var (browser, _, _) = await server.BeginAsync("dead");
        await new Flow(server, "alive").TokensAsync(browser);
        var started = System.Diagnostics.Stopwatch.StartNew();
        await browser.SignOutAsync();
        Assert.True(started.Elapsed < TimeSpan.FromSeconds(3), $"{started.Elapsed}");
        Assert.Single(await party.WaitAsync(1));
    }

    [Fact]
    public async Task Another_client_of_the_same_id_is_told_nothing()
    {
        await using var server = await StartAsync();
        await using var party = await RelyingParty.StartAsync();
        await server.AddClientAsync(party.Client("reused", server.Clock.Now));
        var (browser, _, _) = await server.BeginAsync("reused");
        await server.RemoveClientAsync("reused");
        await server.AddClientAsync(party.Client("reused", server.Clock.Now));
        server.Clock.Advance(TimeSpan.FromMinutes(2));
        await browser.SignOutAsync();
        await server.RunTimerAsync("deliver-logouts");
        Assert.Empty(party.Received);
    }

    [Fact, Spec("OIDC Back-Channel Logout", "2.5")]
    public async Task Nobody_calls_what_is_not_public()
    {
        await using var server = await AuthServer.StartAsync();
        await using var party = await RelyingParty.StartAsync();
        await server.AddClientAsync(party.Client("inside", server.Clock.Now));
        await (await server.BeginAsync("inside")).Browser.SignOutAsync();
        await server.Log.WaitAsync("failed: it is not an https URL");
        Assert.Empty(party.Received);
    }

    [Fact]
    public async Task Of_many_who_sign_the_same_session_out_at_once_one_tells_the_client()
    {
        await using var azurite = await Azurite.StartAsync(null, null);
        await using var server = await StartAsync(azurite.ConnectionString);
        await using var party = await RelyingParty.StartAsync();
        await server.AddClientAsync(party.Client("raced", server.Clock.Now));
        var (browser, _, idToken) = await server.BeginAsync("raced");
        var url = SignOutExtensions.SignOutUrl(("id_token_hint", idToken));
        await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => browser.Copy().GoAsync(url)));
        Assert.False(await server.IsSignedInAsync(browser));
        await party.WaitAsync(1);
        await server.RunTimerAsync("deliver-logouts");
        Assert.Single(party.Received);
    }

    private static Task<AuthServer> StartAsync(string? storage = null, FakeClock? clock = null) =>
        AuthServer.StartAsync(options => options with { Issuer = Issuer }, storage, clock: clock);

    // As a client's own library does.
    private static async Task VerifyAsync(AuthServer server, string token, string clientId)
    {
        var keys = new JsonWebKeySet((await server.GetAsync("/jwks")).Body);
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(
            token,
            new TokenValidationParameters
            {
                IssuerSigningKeys = keys.GetSigningKeys(),
                ValidIssuer = Issuer,
                ValidAudience = clientId,
                ValidTypes = ["logout+jwt"],
                LifetimeValidator = (_, expires, _, _) => server.Clock.Now.UtcDateTime < expires,
            }
        );
        Assert.True(result.IsValid, result.Exception?.Message);
    }
}

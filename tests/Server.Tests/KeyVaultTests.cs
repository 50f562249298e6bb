using System.Net;
using System.Net.Http.Headers;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Postern.Local;
using Postern.Protocol;

namespace Postern.Tests;

/// <summary>The whole server with its keys in Key Vault, in both modes: what a token costs there, and what an outage does.</summary>
public class KeyVaultTests
{
    [Theory, InlineData(SigningMode.Vault, 1), InlineData(SigningMode.Wrapped, 0)]
    public async Task A_token_is_one_call_in_vault_mode_and_none_in_wrapped_mode(SigningMode mode, int each)
    {
        await using var world = await World.StartAsync(mode);
        var flow = new Flow(world.Server, "rotating");
        var first = await flow.TokensAsync(await world.Server.SignedInAsync());
        var code = await flow.CodeAsync(await world.Server.SignedInAsync());

        Assert.Equal(2 * each, await world.CallsAsync(() => flow.RedeemAsync(code)));
        Assert.Equal(2 * each, await world.CallsAsync(() => flow.RefreshAsync(first.RefreshToken)));
        Assert.Equal(each, await world.CallsAsync(() => world.MachineTokenAsync()));
        Assert.Equal(0, await world.CallsAsync(() => world.Server.GetAsync("/jwks")));
        Assert.Equal(0, await world.CallsAsync(() => world.Server.PostAsync("/introspect", "rotating", ("token", first.AccessToken))));
    }

    [Fact]
    public async Task A_cold_start_in_wrapped_mode_unwraps_each_key_once_however_many_ask()
    {
        await using var world = await World.StartAsync(SigningMode.Wrapped);
        await world.MachineTokenAsync();
        await world.Server.ChangeClientAsync("post", client => client with { SigningAlgorithm = SigningAlgorithms.ES256 });
        world.Vault.Calls.Reset();
        await using var another = await world.AnotherAsync();
        var clients = Enumerable.Range(0, 16).Select(n => n % 2 == 0 ? "web" : "post");
        var tokens = await Task.WhenAll(clients.Select(client => another.PostAsync("/token", client, ("grant_type", "client_credentials"))));
        Assert.All(tokens, token => Assert.Equal(HttpStatusCode.OK, token.Status));
        Assert.Equal((2, 0), (world.Vault.Calls["unwrapkey"], world.Vault.Calls["sign"]));
    }

    [Theory, InlineData(SigningMode.Vault), InlineData(SigningMode.Wrapped)]
    public async Task With_the_vault_down_metadata_and_keys_are_answered(SigningMode mode)
    {
        await using var world = await World.StartAsync(mode);
        await world.MachineTokenAsync();
        world.Vault.Unreachable = true;
        world.Clock.Advance(TimeSpan.FromHours(3));
        foreach (var path in new[] { "/jwks", "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server" })
            Assert.Equal(HttpStatusCode.OK, (await world.Server.GetAsync(path)).Status);
    }

    [Theory, InlineData(SigningMode.Vault, HttpStatusCode.ServiceUnavailable), InlineData(SigningMode.Wrapped, HttpStatusCode.OK)]
    public async Task Ready_is_who_could_sign_now(SigningMode mode, HttpStatusCode withTheVaultDown)
    {
        await using var world = await World.StartAsync(mode);
        Assert.Equal(HttpStatusCode.OK, (await world.Server.GetAsync("/health/ready")).Status);
        world.Vault.Unreachable = true;
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(withTheVaultDown, (await world.Server.GetAsync("/health/ready")).Status);
        await using var cold = await world.AnotherAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await cold.GetAsync("/health/ready")).Status);
    }

    [Fact]
    public async Task While_the_vault_throttles_clients_are_told_to_come_back_and_nothing_is_lost()
    {
        await using var world = await World.StartAsync(SigningMode.Vault);
        var flow = new Flow(world.Server, "rotating");
        var token = (await flow.TokensAsync(await world.Server.SignedInAsync())).RefreshToken;
        var code = await flow.CodeAsync(await world.Server.SignedInAsync());
        Func<Task<Answer>>[] requests = [() => flow.RefreshAsync(token), () => flow.RedeemAsync(code), world.MachineTokenAsync];

        world.Vault.Fail("sign", 429, retryAfter: 7);
        foreach (var answer in await Task.WhenAll(Enumerable.Range(0, 12).Select(n => requests[n % 3]())))
        {
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "temporarily_unavailable"), (answer.Status, answer.Error));
            Assert.Equal("7", answer.Header("Retry-After"));
        }
        world.Clock.Advance(TimeSpan.FromSeconds(7));
        world.Vault.Recover();
        foreach (var request in requests)
            Assert.Equal(HttpStatusCode.OK, (await request()).Status);
    }

    [Theory, InlineData(SigningMode.Vault), InlineData(SigningMode.Wrapped)]
    public async Task No_verification_fails_while_keys_rotate_under_load(SigningMode mode)
    {
        await using var world = await World.StartAsync(mode);
        await using var another = await world.AnotherAsync();
        AuthServer[] instances = [world.Server, another];
        var refresh = (await new Flow(world.Server, "rotating").TokensAsync(await world.Server.SignedInAsync())).RefreshToken;
        var resourceServers = new[] { new CachingVerifier(world.Clock), new CachingVerifier(world.Clock) };
        var signedBy = new HashSet<string>();
        for (var step = 0; step < 340; step++)
        {
            // Rotates in the midst of requests, once by each instance.
            var rotation = step is 20 or 180 ? world.RotateAsync(instances[step / 100]) : Task.CompletedTask;
            var refreshed = await new Flow(instances[step % 2], "rotating").RefreshAsync(refresh);
            refresh = refreshed.RefreshToken;
            Answer[] answers = [refreshed, .. await Task.WhenAll(instances.Select(World.MachineTokenAsync))];
            var tokens = answers.Select(answer => answer.AccessToken).ToList();
            await rotation;
            foreach (var (verifier, index) in resourceServers.Select((verifier, index) => (verifier, index)))
                Assert.All(tokens, token => Assert.Null(verifier.Refuses(token, instances[(step + index) % 2])));
            signedBy.UnionWith(tokens.Select(token => Jwt.Header(token).GetProperty("kid").GetString()!));
            world.Clock.Advance(TimeSpan.FromMinutes(10));
        }
        Assert.Equal(3, signedBy.Count);
    }

    /// <summary>A resource server that keeps the JWK Set for as long as its Cache-Control says, and never asks sooner.</summary>
    private sealed class CachingVerifier(FakeClock clock)
    {
        private IList<SecurityKey> keys = [];
        private DateTimeOffset renewAt;

        public Exception? Refuses(string token, AuthServer server)
        {
            if (clock.Now >= renewAt)
                Renew(server);
            var expected = new TokenValidationParameters
            {
                IssuerSigningKeys = keys,
                ValidIssuer = AuthServer.Issuer,
                ValidateAudience = false,
                ValidTypes = ["at+jwt"],
                ValidateLifetime = false,
            };
            return new JsonWebTokenHandler().ValidateTokenAsync(token, expected).Result.Exception;
        }

        private void Renew(AuthServer server)
        {
            var answer = server.GetAsync("/jwks").GetAwaiter().GetResult();
            keys = new JsonWebKeySet(answer.Body).GetSigningKeys();
            renewAt = clock.Now + CacheControlHeaderValue.Parse(answer.Header("Cache-Control")!).MaxAge!.Value;
        }
    }

    /// <summary>A vault with keys, and instances of the server that share it, tables and a clock.</summary>
    private sealed class World(SigningMode mode, TestVault vault, TableService tables, FakeClock clock, AuthServer server) : IAsyncDisposable
    {
        private static readonly KeyOptions Names = new();

        public TestVault Vault => vault;

        public FakeClock Clock => clock;

        public AuthServer Server => server;

        public static async Task<World> StartAsync(SigningMode mode)
        {
            var clock = new FakeClock();
            var (vault, tables) = (await TestVault.StartAsync(clock), await TableService.StartAsync());
            vault.CreateKey(Names.RsaKey, Jwk.Rsa);
            vault.CreateKey(Names.EllipticCurveKey, Jwk.EllipticCurve);
            vault.CreateKey(Names.WrappingKey, Jwk.Rsa);
            return new World(mode, vault, tables, clock, await StartAsync(mode, vault, tables, clock));
        }

        public Task<AuthServer> AnotherAsync() => StartAsync(mode, vault, tables, clock);

        public Task<Answer> MachineTokenAsync() => MachineTokenAsync(server);

        public static Task<Answer> MachineTokenAsync(AuthServer instance) =>
            instance.PostAsync("/token", "web", ("grant_type", "client_credentials"));

        /// <summary>As the vault's policy does in vault mode, and the timer in wrapped mode.</summary>
        public async Task RotateAsync(AuthServer instance)
        {
            vault.CreateKey(Names.RsaKey, Jwk.Rsa);
            if (mode == SigningMode.Wrapped)
                await instance.RotateKeysAsync();
        }

        /// <summary>Calls that work with a key. The timer reads the wrapping key's versions whenever it likes.</summary>
        public async Task<int> CallsAsync(Func<Task<Answer>> act)
        {
            vault.Calls.Reset();
            Assert.Equal(HttpStatusCode.OK, (await act()).Status);
            return vault.Calls.Total - vault.Calls["get"];
        }

        public async ValueTask DisposeAsync()
        {
            await server.DisposeAsync();
            await tables.DisposeAsync();
            await vault.DisposeAsync();
        }

        private static Task<AuthServer> StartAsync(SigningMode mode, TestVault vault, TableService tables, FakeClock clock)
        {
            var keys = new KeyOptions { Vault = vault.Uri.ToString(), Mode = mode };
            return AuthServer.StartAsync(options => options with { Keys = keys }, tables.ConnectionString, vault, clock);
        }
    }
}

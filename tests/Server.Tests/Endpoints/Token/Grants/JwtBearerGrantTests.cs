using System.Net;
using Postern.Protocol;

namespace Postern.Tests;

/// <summary>Workloads that have an identity elsewhere, in exchange for a token of ours (RFC 7523 §2.1).</summary>
public sealed class JwtBearerGrantTests(JwtBearerGrantTests.World world) : IClassFixture<JwtBearerGrantTests.World>
{
    private readonly AuthServer server = world.Server;

    [Fact, Rfc(7523, "2.1"), Rfc(7521, "4.1")]
    public async Task A_build_of_a_trusted_repository_gets_a_token_that_ends_with_its_own()
    {
        var tokens = await AskAsync("ci", world.GitHub.Sign(GitHubClaims()));
        Assert.True(tokens.Status == HttpStatusCode.OK, tokens.Body);
        var claims = Jwt.Claims(tokens.AccessToken);
        Assert.Equal(("ci", "ci", "api:write"), (Text(claims, "sub"), Text(claims, "client_id"), Text(claims, "scope")));
        Assert.Equal(300, tokens.Json.GetProperty("expires_in").GetInt32());
        Assert.Equal(server.Clock.Now.ToUnixTimeSeconds() + 300, claims.GetProperty("exp").GetInt64());
        Assert.False(tokens.Json.TryGetProperty("refresh_token", out _));
        Assert.False(tokens.Json.TryGetProperty("id_token", out _));
        var looked = await server.PostAsync("/introspect", "web", ("token", tokens.AccessToken));
        Assert.False(looked.Json.GetProperty("active").GetBoolean());
    }

    [Fact, Rfc(7523, "2.1")]
    public async Task A_managed_identity_may_come_back_with_the_token_that_it_has_until_it_expires()
    {
        var token = world.Entra.Sign(EntraClaims());
        for (var i = 0; i < 2; i++)
        {
            var tokens = await AskAsync("nightly", token, secret: true);
            Assert.True(tokens.Status == HttpStatusCode.OK, tokens.Body);
            Assert.Equal("api:read", tokens.Text("scope"));
            // A day of the identity's is still no more than what the client's tokens last.
            Assert.Equal(15 * 60, tokens.Json.GetProperty("expires_in").GetInt32());
        }
        Assert.Equal("invalid_grant", (await AskAsync("nightly", world.Entra.Sign(EntraClaims(("oid", "another"))), secret: true)).Error);
        Assert.Equal("invalid_grant", (await AskAsync("nightly", world.Entra.Sign(EntraClaims(("exp", Now - 31))), secret: true)).Error);
    }

    public static TheoryData<string, string, object?> Refused =>
        new()
        {
            { "not trusted", "repository", "octo/other" },
            { "not trusted", "repository", "octo/app2" },
            { "not trusted", "repository", "OCTO/APP" },
            { "not trusted", "repository", new[] { "octo/app" } },
            { "not trusted", "repository", null },
            { "not trusted", "ref", "refs/heads/feature" },
            { "no subject is trusted", "iss", "https://stranger.example" },
            { "no subject is trusted", "iss", null },
            { "its aud", "aud", "https://github.com/octo" },
            { "its aud", "aud", new[] { JwksUriTests.Local, "https://other.example" } },
            { "has no exp", "exp", null },
            { "is expired", "exp", -31 },
            { "is expired", "exp", -1 },
            { "more than 25h ahead", "exp", 26 * 3600 },
            { "its nbf is not yet", "nbf", 120 },
            { "has no jti", "jti", null },
            { "has no sub", "sub", null },
        };

    [Theory, MemberData(nameof(Refused)), Rfc(7523, "3"), Rfc(7523, "3.1")]
    public async Task Whoever_is_not_trusted_gets_nothing_and_the_log_says_why(string reason, string claim, object? value)
    {
        var given = value is int seconds ? Now + seconds : value;
        var answer = await AskAsync("ci", world.GitHub.Sign(GitHubClaims((claim, given))));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"), (answer.Status, answer.Error));
        Assert.True(server.Logged(reason), reason);
    }

    [Fact, Rfc(7523, "3.1"), Rfc(8725, "3.1")]
    public async Task Only_the_issuers_own_keys_count_and_only_by_its_algorithms()
    {
        string[] forged =
        [
            new KeyPair("RSA").Sign(GitHubClaims()),
            world.Entra.Sign(GitHubClaims()),
            world.GitHub.Sign(GitHubClaims(), "PS256"),
            world.GitHub.Sign(GitHubClaims(), "HS256"),
            world.GitHub.Sign(GitHubClaims(), "none"),
            world.GitHub.Sign(GitHubClaims(), null, ("typ", "at+jwt")),
            "nonsense",
        ];
        foreach (var assertion in forged)
            Assert.Equal("invalid_grant", (await AskAsync("ci", assertion)).Error);
        Assert.Equal("invalid_request", (await server.PostAsync("/token", "web-ci", ("grant_type", GrantTypes.JwtBearer))).Error);
    }

    [Fact, Rfc(7523, "3")]
    public async Task An_assertion_with_a_jti_counts_once_whoever_comes_second()
    {
        var assertion = world.GitHub.Sign(GitHubClaims());
        Assert.Equal(HttpStatusCode.OK, (await AskAsync("ci", assertion)).Status);
        Assert.Equal("invalid_grant", (await AskAsync("ci", assertion)).Error);
        Assert.Equal("invalid_grant", (await AskAsync("web-ci", assertion, secret: true)).Error);
        Assert.False(server.Logged(assertion.Split('.')[2]));
    }

    [Fact]
    public async Task The_scope_is_what_the_subject_brings_and_no_more_than_the_clients_own()
    {
        Assert.Equal("api:write", (await AskAsync("ci", world.GitHub.Sign(GitHubClaims()), ("scope", "api:write"))).Text("scope"));
        foreach (var scope in new[] { "api:read", "api:write api:read", "openid", "unregistered" })
            Assert.Equal("invalid_scope", (await AskAsync("ci", world.GitHub.Sign(GitHubClaims()), ("scope", scope))).Error);
    }

    [Fact]
    public async Task Nobody_is_trusted_by_a_client_that_does_not_say_whom()
    {
        Assert.Equal("unauthorized_client", (await AskAsync("web", world.GitHub.Sign(GitHubClaims()), secret: true)).Error);
        await server.AddClientAsync(TestClients.Confidential("trusts-nobody", server.Clock.Now) with { GrantTypes = [GrantTypes.JwtBearer] });
        Assert.Equal("invalid_grant", (await AskAsync("trusts-nobody", world.GitHub.Sign(GitHubClaims()), secret: true)).Error);
        var unknownUse = await AskAsync("ci", world.GitHub.Sign(GitHubClaims()), ("requested_token_use", "something"));
        Assert.Equal("invalid_request", unknownUse.Error);
    }

    [Fact]
    public async Task An_issuer_that_is_no_longer_registered_vouches_for_nobody()
    {
        var (issuers, issuer) = (new Storage.TrustedIssuerStore(server.Tables, server.Clock, TimeSpan.Zero), World.Entrusted("http://localhost:9"));
        var client = World.Trusting("gone", server.Clock.Now, new TrustedSubject(issuer.Issuer, "x", [], Scope.TryParse("api:read")!));
        await server.AddClientAsync(client);
        issuer = issuer with { Keys = new KeySource { Jwks = JwkSet.TryParse(System.Text.Encoding.UTF8.GetBytes(KeyPair.Jwks(KeyPair.Ec)), out _) } };
        await issuers.TryAddAsync(issuer, default);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync("gone", KeyPair.Ec.Sign(Claims(issuer.Issuer, "x")), secret: true)).Status);
        await issuers.TryRemoveAsync(issuer.Issuer, default);
        server.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("invalid_grant", (await AskAsync("gone", KeyPair.Ec.Sign(Claims(issuer.Issuer, "x")), secret: true)).Error);
        Assert.True(server.Logged("its issuer is not trusted"));
    }

    [Fact]
    public async Task It_costs_one_write_where_the_assertion_counts_once_and_none_where_it_may_come_back()
    {
        await AskAsync("ci", world.GitHub.Sign(GitHubClaims()));
        server.RoundTrips.Reset();
        Assert.Equal(HttpStatusCode.OK, (await AskAsync("ci", world.GitHub.Sign(GitHubClaims()))).Status);
        Assert.Equal((0, 1), (server.RoundTrips.Reads, server.RoundTrips.Writes));
        await AskAsync("nightly", world.Entra.Sign(EntraClaims()), secret: true);
        server.RoundTrips.Reset();
        Assert.Equal(HttpStatusCode.OK, (await AskAsync("nightly", world.Entra.Sign(EntraClaims()), secret: true)).Status);
        Assert.Equal((0, 0), (server.RoundTrips.Reads, server.RoundTrips.Writes));
    }

    [Fact, Rfc(7523, "2.2")]
    public async Task An_issuers_word_is_a_clients_credential_where_its_registration_says_so()
    {
        var assertion = world.GitHub.Sign(GitHubClaims(("sub", "repo:octo/app:environment:Production Env"), ("aud", "api://deploy")));
        var answer = await server.AssertAsync(assertion, ("client_id", "federated"));
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Body);
        Assert.Equal("federated", Text(Jwt.Claims(answer.AccessToken), "sub"));
        // Once; as nobody else; not without the id; and none of its own, for it has no key.
        Assert.Equal("invalid_client", (await server.AssertAsync(assertion, ("client_id", "federated"))).Error);
        Dictionary<string, object?>[] others =
        [
            GitHubClaims(("aud", "api://deploy")),
            GitHubClaims(("sub", "repo:octo/app:environment:Production Env")),
            GitHubClaims(("sub", "repo:octo/app:environment:production env"), ("aud", "api://deploy")),
            server.Claims("federated", ("aud", JwksUriTests.Local)),
        ];
        foreach (var claims in others)
            Assert.Equal("invalid_client", (await server.AssertAsync(world.GitHub.Sign(claims), ("client_id", "federated"))).Error);
        var good = GitHubClaims(("sub", "repo:octo/app:environment:Production Env"), ("aud", "api://deploy"));
        Assert.Equal("invalid_client", (await server.AssertAsync(world.GitHub.Sign(good))).Error);
        Assert.Equal("invalid_client", (await server.AssertAsync(world.Entra.Sign(good), ("client_id", "federated"))).Error);
        Assert.Equal("invalid_client", (await server.AssertAsync(world.GitHub.Sign(good), ("client_id", "ci"))).Error);
        Assert.Equal(HttpStatusCode.OK, (await server.AssertAsync(world.GitHub.Sign(good), ("client_id", "federated"))).Status);
    }

    private long Now => server.Clock.Now.ToUnixTimeSeconds();

    /// <summary>What GitHub Actions says of a build, among more.</summary>
    private Dictionary<string, object?> GitHubClaims(params (string Name, object? Value)[] claims) =>
        Claims(
            world.GitHubIssuer.Address,
            "repo:octo/app:ref:refs/heads/main",
            [
                ("repository", "octo/app"), ("repository_id", "1296269"), ("repository_owner", "octo"), ("ref", "refs/heads/main"),
                ("ref_type", "branch"), ("workflow", "deploy"), ("event_name", "push"), ("runner_environment", "github-hosted"), .. claims,
            ]
        );

    /// <summary>What Entra says of a managed identity: no jti, but a uti, and a day of life.</summary>
    private Dictionary<string, object?> EntraClaims(params (string Name, object? Value)[] claims) =>
        Claims(
            $"{world.EntraIssuer.Address}/tenant/",
            "d3b1",
            [
                ("aud", "api://postern"), ("oid", "the-identity"), ("appid", "8f1c"), ("tid", "tenant"), ("uti", "kX3"), ("ver", "1.0"), ("jti", null),
                ("nbf", Now), ("exp", Now + 86_400 + 300), ("idtyp", "app"), .. claims,
            ]
        );

    private Dictionary<string, object?> Claims(string issuer, string subject, params (string Name, object? Value)[] claims) =>
        server.Claims("ci", [("iss", issuer), ("sub", subject), ("aud", JwksUriTests.Local), ("exp", Now + 300), .. claims]);

    private Task<Answer> AskAsync(string clientId, string assertion, params (string Name, string Value)[] more) =>
        AskAsync(clientId, assertion, false, more);

    private async Task<Answer> AskAsync(string clientId, string assertion, bool secret, params (string Name, string Value)[] more)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/token");
        request.Content = RemoteServer.Form([("grant_type", GrantTypes.JwtBearer), ("assertion", assertion), ("client_id", clientId), .. more]);
        request.Headers.Authorization = secret ? RemoteServer.Basic(clientId, AuthServer.Secret) : null;
        return await server.SendAsync(request);
    }

    private static string? Text(System.Text.Json.JsonElement claims, string name) => claims.GetProperty(name).GetString();

    /// <summary>A server, and two issuers that serve metadata and keys as GitHub and Entra do.</summary>
    public sealed class World : IAsyncLifetime
    {
        public AuthServer Server { get; private set; } = null!;

        public KeyPair GitHub { get; } = new("RSA", "github-1");

        public KeyPair Entra { get; } = new("RSA", "entra-1");

        public Peer GitHubIssuer { get; private set; } = null!;

        public Peer EntraIssuer { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Server = await AuthServer.StartAsync(options => options with { Issuer = JwksUriTests.Local, ClientCache = TimeSpan.FromSeconds(60) });
            GitHubIssuer = Issuer("", GitHub);
            EntraIssuer = Issuer("/tenant", Entra, slash: "/");
            var now = Server.Clock.Now;
            var issuers = new Storage.TrustedIssuerStore(Server.Tables, Server.Clock, TimeSpan.Zero);
            var gitHub = Entrusted(GitHubIssuer.Address) with { Algorithms = [SigningAlgorithms.RS256] };
            var entra = Entrusted($"{EntraIssuer.Address}/tenant/") with { Audience = "api://postern", SubjectClaim = "oid", SingleUse = false };
            foreach (var issuer in new[] { gitHub, entra })
            {
                Assert.Empty(issuer.Problems());
                await issuers.TryAddAsync(issuer, default);
            }
            var build = new TrustedSubject(
                gitHub.Issuer,
                null,
                [KeyValuePair.Create("repository", "octo/app"), KeyValuePair.Create("ref", "refs/heads/main")],
                Scope.TryParse("api:write unregistered")!
            );
            await Server.AddKeyClientAsync(Trusting("ci", now, build) with
            {
                TokenEndpointAuthMethods = [ClientAuthenticationMethods.None],
                Secrets = [],
            });
            await Server.AddKeyClientAsync(Trusting("web-ci", now, build));
            var identity = new TrustedSubject(entra.Issuer, "the-identity", [KeyValuePair.Create("tid", "tenant")], Scope.TryParse("api:read")!);
            await Server.AddKeyClientAsync(Trusting("nightly", now, identity));
            var federated = new FederatedCredential(gitHub.Issuer, "repo:octo/app:environment:Production Env", "api://deploy");
            await Server.AddKeyClientAsync(AssertionRequests.KeyClient("federated", now, new KeySource()) with
            {
                Keys = new ClientKeys { Federated = [federated] },
            });
        }

        public async ValueTask DisposeAsync()
        {
            await Server.DisposeAsync();
            await GitHubIssuer.DisposeAsync();
            await EntraIssuer.DisposeAsync();
        }

        public static TrustedIssuer Entrusted(string issuer) => new() { Issuer = issuer, CreatedAt = DateTimeOffset.UnixEpoch };

        public static Client Trusting(string id, DateTimeOffset now, params TrustedSubject[] subjects) =>
            TestClients.Confidential(id, now) with { GrantTypes = [GrantTypes.JwtBearer], RedirectUris = [], TrustedSubjects = subjects };

        private static Peer Issuer(string path, KeyPair key, string slash = "") =>
            Peer.Serving((peer, asked) =>
                asked == $"{path}/.well-known/openid-configuration"
                    ? $$"""{"issuer":"{{peer.Address}}{{path}}{{slash}}","jwks_uri":"{{peer.Address}}{{path}}/keys"}"""
                : asked == $"{path}/keys" ? KeyPair.Jwks(key)
                : null
            );
    }
}

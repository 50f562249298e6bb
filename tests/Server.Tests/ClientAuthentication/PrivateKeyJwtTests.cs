using System.Net;
using Postern.Protocol;

namespace Postern.Tests;

/// <summary>Clients that prove themselves by a key pair and hold no secret (RFC 7523 §2.2, OpenID Connect Core §9).</summary>
public sealed class PrivateKeyJwtTests(PrivateKeyJwtTests.Keys shared) : IClassFixture<PrivateKeyJwtTests.Keys>
{
    private readonly AuthServer server = shared.Server;

    [Theory, Rfc(7523, "2.2"), Spec("OIDC Core", "9")]
    [InlineData("key-rsa", "RS256")]
    [InlineData("key-rsa", "PS256")]
    [InlineData("key-ec", "ES256")]
    public async Task A_client_with_a_key_needs_no_secret_at_any_endpoint(string clientId, string algorithm)
    {
        var key = KeyOf(clientId);
        var token = (await server.AssertAsync(key.Sign(server.Claims(clientId), algorithm))).AccessToken;
        Assert.Equal(clientId, Jwt.Claims(token).GetProperty("client_id").GetString());
        var looked = await server.AssertAtAsync("/introspect", key.Sign(server.Claims(clientId), algorithm), ("token", token));
        Assert.True(looked.Json.GetProperty("active").GetBoolean());
        var revoked = await server.AssertAtAsync("/revoke", key.Sign(server.Claims(clientId), algorithm), ("token", token), ("client_id", clientId));
        Assert.Equal(HttpStatusCode.OK, revoked.Status);
        looked = await server.AssertAtAsync("/introspect", key.Sign(server.Claims(clientId), algorithm), ("token", token));
        Assert.False(looked.Json.GetProperty("active").GetBoolean());
    }

    public static TheoryData<string, string, object?> Accepted =>
        new()
        {
            { "the token endpoint as audience", "aud", $"{AuthServer.Issuer}/token" },
            { "issuer and token endpoint as audiences", "aud", new[] { AuthServer.Issuer, $"{AuthServer.Issuer}/token" } },
            { "an audience in a list", "aud", new[] { AuthServer.Issuer } },
            { "no iat", "iat", null },
            { "an nbf of a clock that is ahead", "nbf", 8 },
            { "an iat of a clock that is ahead", "iat", 8 },
            { "an exp of a clock that is behind", "exp", -20 },
            { "an exp with a fraction", "exp", 60.5 },
            { "an exp in ten minutes", "exp", 600 },
        };

    [Theory, MemberData(nameof(Accepted)), Rfc(7523, "3")]
    public async Task What_may_vary_is_accepted(string why, string claim, object? value)
    {
        var answer = await server.AssertAsync(KeyPair.Ec.Sign(server.Claims("key-ec", (claim, At(claim, value)))));
        Assert.True(answer.Status == HttpStatusCode.OK, why + answer.Body);
    }

    public static TheoryData<string, string, object?> Refused =>
        new()
        {
            { "its aud", "aud", null },
            { "its aud", "aud", "" },
            { "its aud", "aud", "https://other.example" },
            { "its aud", "aud", $"{AuthServer.Issuer}/" },
            { "its aud", "aud", $"{AuthServer.Issuer}/revoke" },
            { "its aud", "aud", new[] { AuthServer.Issuer, "https://other.example" } },
            { "its aud", "aud", Array.Empty<string>() },
            { "its aud", "aud", new object[] { AuthServer.Issuer, 1 } },
            { "its aud", "aud", 1 },
            { "its iss", "iss", null },
            { "its iss", "iss", "other" },
            { "its iss", "iss", new[] { "key-ec" } },
            { "has no sub", "sub", null },
            { "nothing is registered", "sub", "other" },
            { "has no exp", "exp", null },
            { "has no exp", "exp", "tomorrow" },
            { "has no exp", "exp", 1e300 },
            { "is expired", "exp", -31 },
            { "is expired", "exp", -300 },
            { "more than 10m ahead", "exp", 631 },
            { "its nbf is not yet", "nbf", 61 },
            { "its nbf is not yet", "nbf", "now" },
            { "its iat is not yet", "iat", 61 },
            { "has no jti", "jti", null },
            { "has no jti", "jti", "" },
            { "has no jti", "jti", 7 },
        };

    [Theory, MemberData(nameof(Refused)), Rfc(7523, "3"), Rfc(7521, "4.2")]
    public async Task What_must_be_said_is_missed_and_the_log_says_what(string reason, string claim, object? value)
    {
        var answer = await server.AssertAsync(KeyPair.Ec.Sign(server.Claims("key-ec", (claim, At(claim, value)))), ("client_id", "key-ec"));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_client"), (answer.Status, answer.Error));
        Assert.Equal("Client authentication failed.", answer.Text("error_description"));
        Assert.True(server.Logged(reason), reason);
    }

    [Fact, Rfc(8725, "3.1"), Rfc(8725, "3.2")]
    public async Task Only_a_signature_of_the_clients_own_key_by_a_fitting_algorithm_counts()
    {
        var (stranger, claims) = (new KeyPair("EC"), server.Claims("key-ec"));
        var signed = KeyPair.Ec.Sign(claims).Split('.');
        var other = KeyPair.Ec.Sign(server.Claims("key-ec")).Split('.');
        string[] forged =
        [
            stranger.Sign(claims),
            stranger.Sign(claims, null, ("jwk", stranger.Jwk())),
            stranger.Sign(claims, null, ("jku", "https://stranger.example/jwks")),
            KeyPair.Ec.Sign(claims, null, ("kid", "another")),
            KeyPair.Ec.Sign(claims, null, ("kid", 7)),
            KeyPair.Ec.Sign(claims, null, ("crit", new[] { "exp" })),
            KeyPair.Ec.Sign(claims, null, ("typ", "at+jwt")),
            KeyPair.Ec.Sign(claims, null, ("typ", "logout+jwt")),
            KeyPair.Rsa.Sign(server.Claims("key-rsa"), "HS256"),
            KeyPair.Rsa.Sign(server.Claims("key-rsa"), "RS512"),
            KeyPair.Rsa.Sign(server.Claims("key-ps256"), "RS256"),
            KeyPair.Rsa.Sign(claims, "none"),
            $"{signed[0]}.{signed[1]}.",
            $"{signed[0]}.{signed[1]}",
            $"{signed[0]}.{other[1]}.{signed[2]}",
            $"{signed[0]}.{signed[1]}.{signed[2]}=",
            KeyPair.Ec.Sign("""{"alg":"ES256"}""", """{"iss":"key-ec","iss":"key-ec","sub":"key-ec"}"""),
            "no.jwt.atall",
            new string('a', 20_000),
        ];
        foreach (var assertion in forged)
            Assert.Equal("invalid_client", (await server.AssertAsync(assertion, ("client_id", "key-ec"))).Error);
        Assert.Equal(HttpStatusCode.OK, (await server.AssertAsync(string.Join('.', signed))).Status);
        Assert.Equal(HttpStatusCode.OK, (await server.AssertAsync(KeyPair.Rsa.Sign(server.Claims("key-ps256"), "PS256"))).Status);
    }

    [Fact]
    public async Task Kid_and_typ_may_be_left_out_and_typ_may_say_what_it_is()
    {
        foreach (var (name, value) in new (string, object?)[] { ("kid", null), ("typ", null), ("typ", "client-authentication+jwt"), ("typ", "jwt") })
            Assert.Equal(HttpStatusCode.OK, (await server.AssertAsync(KeyPair.Ec.Sign(server.Claims("key-ec"), null, (name, value)))).Status);
    }

    [Fact, Rfc(7523, "3")]
    public async Task An_assertion_counts_once_and_for_its_client_alone()
    {
        var assertion = KeyPair.Ec.Sign(server.Claims("key-ec", ("jti", "the-same")));
        Assert.Equal(HttpStatusCode.OK, (await server.AssertAsync(assertion)).Status);
        Assert.Equal("invalid_client", (await server.AssertAsync(assertion)).Error);
        Assert.Equal("invalid_client", (await server.AssertAtAsync("/introspect", assertion, ("token", "x"))).Error);
        Assert.True(server.Logged("it was presented before"));
        Assert.Equal(HttpStatusCode.OK, (await server.AssertAsync(KeyPair.Rsa.Sign(server.Claims("key-rsa", ("jti", "the-same"))))).Status);
        Assert.Equal("invalid_client", (await server.AssertAsync(KeyPair.Ec.Sign(server.Claims("key-ec")), ("client_id", "key-rsa"))).Error);
    }

    [Fact, Rfc(6749, "2.3")]
    public async Task One_method_a_request_and_only_a_registered_one()
    {
        Assert.Equal("invalid_request", (await server.AssertAsync(Fresh("key-both"), ("client_secret", AuthServer.Secret))).Error);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/token") { Content = RemoteServer.Form(("client_assertion", Fresh("key-both"))) };
        request.Headers.Authorization = RemoteServer.Basic("key-both", AuthServer.Secret);
        Assert.Equal("invalid_request", (await server.SendAsync(request)).Error);
        Assert.Equal(HttpStatusCode.OK, (await server.AssertAsync(Fresh("key-both"))).Status);
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync("/token", "key-both", ("grant_type", "client_credentials"))).Status);
        foreach (var clientId in new[] { "web", "app" })
            Assert.Equal("invalid_client", (await server.AssertAsync(Fresh(clientId))).Error);
        Assert.Equal("invalid_client", (await server.PostAsync("/token", "key-ec", ("grant_type", "client_credentials"))).Error);
        var withoutProof = await server.PostRawAsync("/token", "grant_type=client_credentials&client_id=key-ec");
        Assert.Equal("invalid_client", withoutProof.Error);
    }

    [Fact, Rfc(7521, "4.2")]
    public async Task Type_and_assertion_go_together_and_strangers_learn_nothing()
    {
        var alone = await server.PostRawAsync("/token", "grant_type=client_credentials&client_id=key-ec&client_assertion=" + Fresh("key-ec"));
        Assert.Equal("invalid_request", alone.Error);
        var saml = "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Asaml2-bearer&client_assertion=x";
        Assert.Equal("invalid_client", (await server.PostRawAsync("/token", "grant_type=client_credentials&client_id=key-ec&" + saml)).Error);
        var unknown = await server.AssertAsync(Fresh("nobody"));
        var known = await server.AssertAsync(new KeyPair("EC").Sign(server.Claims("key-ec")));
        Assert.Equal((known.Status, known.Body), (unknown.Status, unknown.Body));
    }

    [Fact]
    public async Task It_costs_one_write_and_no_secret_of_it_is_kept()
    {
        var assertion = Fresh("key-ec");
        Assert.Equal(HttpStatusCode.OK, (await server.AssertAsync(Fresh("key-ec"))).Status);
        server.RoundTrips.Reset();
        await server.AssertAsync(assertion);
        Assert.Equal((0, 1), (server.RoundTrips.Reads, server.RoundTrips.Writes));
        await server.AssertAsync(assertion);
        Assert.False(server.Logged(assertion.Split('.')[2]));
    }

    private string Fresh(string clientId) => KeyPair.Ec.Sign(server.Claims(clientId));

    private static KeyPair KeyOf(string clientId) => clientId == "key-rsa" ? KeyPair.Rsa : KeyPair.Ec;

    // Times are given in seconds from now.
    private object? At(string claim, object? value) =>
        claim is not ("exp" or "nbf" or "iat") || value is not (int or double) || value is > 1e200
            ? value
            : server.Clock.Now.ToUnixTimeSeconds() + Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture);

    public sealed class Keys : IAsyncLifetime
    {
        public AuthServer Server { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Server = await AuthServer.StartAsync();
            var now = Server.Clock.Now;
            await Server.AddKeyClientAsync(AssertionRequests.KeyClient("key-rsa", now, KeyPair.Rsa));
            await Server.AddKeyClientAsync(AssertionRequests.KeyClient("key-ec", now, KeyPair.Ec));
            var ps256 = $$"""{"keys":[{{KeyPair.Rsa.Jwk(("alg", "PS256")).ToJsonString()}}]}""";
            var source = new KeySource { Jwks = JwkSet.TryParse(System.Text.Encoding.UTF8.GetBytes(ps256), out _) };
            await Server.AddKeyClientAsync(AssertionRequests.KeyClient("key-ps256", now, source));
            var both = AssertionRequests.KeyClient("key-both", now, KeyPair.Ec);
            await Server.AddKeyClientAsync(both with
            {
                TokenEndpointAuthMethods = ClientAuthenticationMethods.Confidential,
                Secrets = TestClients.Confidential("key-both", now).Secrets,
            });
        }

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}

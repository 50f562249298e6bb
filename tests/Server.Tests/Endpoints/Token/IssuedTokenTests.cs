using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Postern.Protocol;

namespace Postern.Tests;

/// <summary>What is in the tokens, and that others can verify it.</summary>
public class IssuedTokenTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly AuthServer server = shared.Server;

    [Conformance("oidcc-idtoken-signature")]
    [Theory, Rfc(9068, "2.1"), Rfc(7515, "4.1")]
    [InlineData("own", "RS256")]
    [InlineData("es256", "ES256")]
    public async Task Tokens_verify_with_the_published_keys(string clientId, string algorithm)
    {
        var tokens = await new Flow(server, clientId).TokensAsync(await server.SignedInAsync());
        var accessToken = await Jwt.VerifyAsync(server, tokens.AccessToken, AuthServer.Issuer, "at+jwt");
        Assert.True(accessToken.IsValid, accessToken.Exception?.Message);
        var idToken = await Jwt.VerifyAsync(server, tokens.Text("id_token")!, clientId, "JWT");
        Assert.True(idToken.IsValid, idToken.Exception?.Message);
        Assert.Equal(algorithm, Jwt.Header(tokens.AccessToken).GetProperty("alg").GetString());
        Assert.Equal(algorithm, Jwt.Header(tokens.Text("id_token")!).GetProperty("alg").GetString());
    }

    [Fact]
    public async Task A_token_that_was_changed_does_not_verify()
    {
        var token = (await new Flow(server, "own").TokensAsync()).AccessToken;
        var parts = token.Split('.');
        var forged = Jwt.Claims(token).ToString().Replace("alice-subject", "mallory", StringComparison.Ordinal);
        var claims = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(forged));
        Assert.False((await Jwt.VerifyAsync(server, $"{parts[0]}.{claims}.{parts[2]}", AuthServer.Issuer, "at+jwt")).IsValid);
        Assert.False((await Jwt.VerifyAsync(server, token, "https://elsewhere.example", "at+jwt")).IsValid);
        Assert.False((await Jwt.VerifyAsync(server, token, AuthServer.Issuer, "JWT")).IsValid);
    }

    [Fact, Rfc(9068, "2.2")]
    public async Task An_access_token_has_these_claims_and_no_others()
    {
        var claims = Jwt.Claims((await new Flow(server, "own").TokensAsync()).AccessToken);
        Assert.Equal(["iss", "sub", "aud", "client_id", "scope", "iat", "exp", "jti", "auth_time", "acr", "amr"], Names(claims));
        Assert.Equal((AuthServer.Issuer, AuthServer.Subject, "own"), (Text(claims, "iss"), Text(claims, "sub"), Text(claims, "client_id")));
        Assert.Equal(AuthServer.Issuer, Text(claims, "aud"));
        Assert.Equal("api:read email openid profile", Text(claims, "scope"));
        var now = server.Clock.Now.ToUnixTimeSeconds();
        Assert.Equal((now, now + 900, now), (Number(claims, "iat"), Number(claims, "exp"), Number(claims, "auth_time")));
        Assert.Equal("pwd", claims.GetProperty("amr")[0].GetString());
    }

    [Fact, Rfc(9068, "2.2")]
    public async Task Every_access_token_has_an_id_of_its_own()
    {
        var flow = new Flow(server, "own");
        var tokens = await flow.TokensAsync();
        var refreshed = await flow.RefreshAsync(tokens.RefreshToken);
        Assert.NotEqual(Text(Jwt.Claims(tokens.AccessToken), "jti"), Text(Jwt.Claims(refreshed.AccessToken), "jti"));
    }

    [Fact, Spec("OIDC Core", "2"), Spec("OIDC Core", "3.1.3.6")]
    public async Task An_ID_token_has_these_claims_and_no_others()
    {
        var tokens = await new Flow(server, "own").TokensAsync();
        var claims = Jwt.Claims(tokens.Text("id_token")!);
        Assert.Equal([.. LeanClaims, "name", "given_name", "updated_at", "email", "email_verified"], Names(claims));
        Assert.Equal((AuthServer.Issuer, AuthServer.Subject), (Text(claims, "iss"), Text(claims, "sub")));
        Assert.Equal(("own", "the-nonce"), (Text(claims, "aud"), Text(claims, "nonce")));
        var hash = SHA256.HashData(Encoding.ASCII.GetBytes(tokens.AccessToken));
        Assert.Equal(Base64Url.EncodeToString(hash.AsSpan(0, 16)), Text(claims, "at_hash"));
        var now = server.Clock.Now.ToUnixTimeSeconds();
        Assert.Equal((now, now + 900), (Number(claims, "iat"), Number(claims, "exp")));
    }

    [Conformance("oidcc-ensure-request-without-nonce-succeeds-for-code-flow")]
    [Fact, Spec("OIDC Core", "2")]
    public async Task Without_a_nonce_there_is_none_in_the_ID_token()
    {
        var tokens = await new Flow(server, "own").TokensAsync(("nonce", null));
        Assert.DoesNotContain("nonce", Names(Jwt.Claims(tokens.Text("id_token")!)));
    }

    [Fact, Spec("OIDC Core", "3.1.2.1")]
    public async Task Without_openid_there_is_no_ID_token() =>
        Assert.Null((await new Flow(server, "own").TokensAsync(("scope", "profile api:read"))).Text("id_token"));

    [Fact, Spec("OIDC Core", "5.5")]
    public async Task Claims_asked_for_by_name_are_in_the_ID_token()
    {
        const string wanted = """{"id_token":{"email":{"essential":true},"given_name":null,"sub":null,"unknown":null}}""";
        var tokens = await new Flow(server, "own", scope: "openid").TokensAsync(("claims", wanted));
        var claims = Jwt.Claims(tokens.Text("id_token")!);
        Assert.Equal(("alice@example.com", "Alice"), (Text(claims, "email"), Text(claims, "given_name")));
        Assert.Equal(AuthServer.Subject, Text(claims, "sub"));
        Assert.DoesNotContain("name", Names(claims));
        Assert.DoesNotContain("unknown", Names(claims));
    }

    [Theory, Spec("OIDC Core", "5.4")]
    [InlineData("openid", "")]
    [InlineData("openid profile", "name given_name updated_at")]
    [InlineData("openid email", "email email_verified")]
    [InlineData("openid phone", "phone_number")]
    [InlineData("openid address api:read", "address")]
    public async Task A_scope_releases_its_claims_in_the_ID_token_too_and_anew_with_each_refresh(string scope, string claims)
    {
        var flow = new Flow(server, "own");
        var tokens = await flow.TokensAsync(("scope", scope));
        var released = claims.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal([.. LeanClaims, .. released], Names(Jwt.Claims(tokens.Text("id_token")!)));
        var refreshed = Names(Jwt.Claims((await flow.RefreshAsync(tokens.RefreshToken)).Text("id_token")!));
        Assert.Equal([.. LeanClaims.Where(name => name != "nonce"), .. released], refreshed);
        var narrowed = (await flow.RefreshAsync(tokens.RefreshToken, ("scope", "openid"))).Text("id_token")!;
        Assert.Equal(LeanClaims.Where(name => name != "nonce"), Names(Jwt.Claims(narrowed)));
    }

    [Theory, Spec("OIDC Core", "5.4")]
    [InlineData(false, null, false)]
    [InlineData(false, true, true)]
    [InlineData(true, null, true)]
    [InlineData(true, false, false)]
    public async Task The_ID_token_is_lean_where_the_client_or_else_the_server_wants_it(bool byDefault, bool? ofClient, bool lean)
    {
        await using var own = await AuthServer.StartAsync(options => options with { LeanIdToken = byDefault });
        await own.ChangeClientAsync("own", client => client with { LeanIdToken = ofClient });
        var flow = new Flow(own, "own");
        const string wanted = """{"id_token":{"email":null}}""";
        var tokens = await flow.RedeemAsync(await flow.CodeAsync(await own.SignedInAsync(), ("claims", wanted), ("scope", "openid profile")));
        string[] released = lean ? ["email"] : ["name", "given_name", "updated_at", "email"];
        Assert.Equal([.. LeanClaims, .. released], Names(Jwt.Claims(tokens.Text("id_token")!)));
        Assert.Contains("Alice", (await own.GetAsync("/userinfo", tokens.AccessToken)).Body, StringComparison.Ordinal);
    }

    [Fact, Spec("OIDC Core", "5.4")]
    public async Task A_scope_taken_from_the_client_releases_nothing_in_the_ID_token()
    {
        await using var own = await AuthServer.StartAsync(options => options with { ClientCache = TimeSpan.Zero });
        var flow = new Flow(own, "own");
        var code = await flow.CodeAsync(await own.SignedInAsync());
        await own.ChangeClientAsync("own", client => client with { Scope = Protocol.Scope.TryParse("openid")! });
        Assert.Equal(LeanClaims, Names(Jwt.Claims((await flow.RedeemAsync(code)).Text("id_token")!)));
    }

    [Fact, Spec("OIDC Core", "5.5")]
    public async Task A_client_gets_no_claim_by_name_that_its_registration_lacks()
    {
        var flow = new Flow(server, "narrow", scope: "openid");
        const string wanted = """{"id_token":{"email":null},"userinfo":{"email":null}}""";
        var tokens = await flow.RedeemAsync(await flow.CodeAsync(await server.SignedInAsync(), ("claims", wanted)));
        Assert.DoesNotContain("email", Names(Jwt.Claims(tokens.Text("id_token")!)));
        Assert.DoesNotContain("email", (await server.GetAsync("/userinfo", tokens.AccessToken)).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_has_lifetimes_of_its_own()
    {
        var tokens = await new Flow(server, "brief").TokensAsync(await server.SignedInAsync());
        Assert.Equal(60, tokens.Json.GetProperty("expires_in").GetInt32());
        Assert.Equal(server.Clock.Now.ToUnixTimeSeconds() + 60, Number(Jwt.Claims(tokens.AccessToken), "exp"));
    }

    [Fact, Rfc(9068, "3")]
    public async Task Lifetimes_and_audience_are_the_servers_where_the_client_has_none()
    {
        await using var own = await AuthServer.StartAsync(options => options with
        {
            DefaultAudience = "https://api.example",
            Lifetimes = new Lifetimes { AccessToken = TimeSpan.FromMinutes(5), IdToken = TimeSpan.FromMinutes(7) },
        });
        var tokens = await new Flow(own, "own").TokensAsync(await own.SignedInAsync());
        var (accessToken, idToken) = (Jwt.Claims(tokens.AccessToken), Jwt.Claims(tokens.Text("id_token")!));
        var now = own.Clock.Now.ToUnixTimeSeconds();
        Assert.Equal((now + 300, now + 420), (Number(accessToken, "exp"), Number(idToken, "exp")));
        Assert.Equal(["https://api.example", AuthServer.Issuer], accessToken.GetProperty("aud").EnumerateArray().Select(one => one.GetString()));
        var machine = await own.PostAsync("/token", "web", ("grant_type", "client_credentials"));
        Assert.Equal("https://api.example", Text(Jwt.Claims(machine.AccessToken), "aud"));
    }

    private static readonly string[] LeanClaims =
        ["iss", "sub", "aud", "iat", "exp", "jti", "auth_time", "acr", "amr", "nonce", "sid", "at_hash"];

    private static IEnumerable<string> Names(JsonElement claims) => claims.EnumerateObject().Select(claim => claim.Name);

    private static string? Text(JsonElement claims, string name) => claims.GetProperty(name).GetString();

    private static long Number(JsonElement claims, string name) => claims.GetProperty(name).GetInt64();
}

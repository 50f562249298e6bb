using System.Net;
using System.Text;
using Postern.Protocol;

namespace Postern.Tests;

/// <summary>Tokens of a registered trusted issuer, in exchange for one of ours.</summary>
[Rfc(8693, "2.1")]
public sealed class ForeignTokenTests : IAsyncLifetime
{
    private const string Partner = "https://partner.example";

    private AuthServer server = null!;

    public async ValueTask InitializeAsync()
    {
        server = await ExchangeServer.StartAsync();
        var issuers = new Storage.TrustedIssuerStore(server.Tables, server.Clock, TimeSpan.Zero);
        var keys = new KeySource { Jwks = JwkSet.TryParse(Encoding.UTF8.GetBytes(KeyPair.Jwks(KeyPair.Ec)), out _) };
        await issuers.TryAddAsync(new TrustedIssuer { Issuer = Partner, Keys = keys, CreatedAt = server.Clock.Now }, default);
        await server.ChangeClientAsync("orders", client => client with
        {
            Exchange = client.Exchange! with { From = [.. client.Exchange.From, Partner] },
            TrustedSubjects = [new TrustedSubject(Partner, AuthServer.Subject, [], Scope.TryParse("api:read profile")!)],
        });
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact, Rfc(9068, "5")]
    public async Task A_trusted_subject_gets_what_it_brings_and_is_nobody_of_ours_of_the_same_name()
    {
        var answer = await ExchangeAsync(Token());
        Assert.Equal((HttpStatusCode.OK, "api:read profile"), (answer.Status, answer.Text("scope")));
        var claims = Jwt.Claims(answer.AccessToken);
        Assert.Equal($"{Partner}#{AuthServer.Subject}", claims.GetProperty("sub").GetString());
        Assert.Equal("""{"sub":"orders"}""", claims.GetProperty("act").GetRawText());
        Assert.Equal(60, answer.Json.GetProperty("expires_in").GetInt32());
        var seen = await server.PostAsync("/introspect", "stock", ("token", answer.AccessToken));
        Assert.Equal((true, null), (seen.Json.GetProperty("active").GetBoolean(), seen.Text("username")));
        var next = await ExchangeServer.ExchangeAsync(server, "stock", answer.AccessToken, ("audience", ExchangeServer.Audit));
        Assert.True((await server.PostAsync("/introspect", "audit", ("token", next.AccessToken))).Json.GetProperty("active").GetBoolean());
    }

    [Fact]
    public async Task It_ends_once_nobody_is_trusted_any_more()
    {
        var token = (await ExchangeAsync(Token())).AccessToken;
        await server.ChangeClientAsync("orders", client => client with { TrustedSubjects = [] });
        Assert.False((await server.PostAsync("/introspect", "stock", ("token", token))).Json.GetProperty("active").GetBoolean());
    }

    [Fact]
    public async Task It_is_exchanged_once()
    {
        var token = Token();
        Assert.Equal(HttpStatusCode.OK, (await ExchangeAsync(token)).Status);
        Assert.Equal("invalid_request", (await ExchangeAsync(token)).Error);
    }

    [Fact]
    public async Task No_id_that_another_issuer_chooses_names_a_grant_of_ours()
    {
        var shop = (await ExchangeServer.Shop(server).TokensAsync()).AccessToken;
        var jti = Jwt.Claims(shop).GetProperty("jti").GetString()!;
        var exchanged = Jwt.Claims((await ExchangeAsync(Token(("jti", jti)))).AccessToken).GetProperty("jti").GetString()!;
        Assert.NotEqual(jti.Split('.')[0], exchanged.Split('.')[0]);
    }

    [Fact, Rfc(8693, "4.1")]
    public async Task Who_acted_there_is_named_with_who_knows_them_and_may_act_is_heeded()
    {
        var acted = await ExchangeAsync(Token(("act", new Dictionary<string, string> { ["sub"] = "desk" })));
        var act = $$$"""{"sub":"orders","act":{"sub":"desk","iss":"{{{Partner}}}"}}""";
        Assert.Equal(act, Jwt.Claims(acted.AccessToken).GetProperty("act").GetRawText());
        Assert.Equal("invalid_request", (await ExchangeAsync(Token(("act", "desk")))).Error);
        var named = new Dictionary<string, string> { ["sub"] = "orders", ["iss"] = AuthServer.Issuer };
        Assert.Equal(HttpStatusCode.OK, (await ExchangeAsync(Token(("may_act", named)))).Status);
        Assert.Equal("invalid_request", (await ExchangeAsync(Token(("may_act", new Dictionary<string, string> { ["sub"] = "orders" })))).Error);
    }

    public static TheoryData<string, string, object?> Refused =>
        new()
        {
            { "--exchange-from does not name", "iss", "https://stranger.example" },
            { "is not trusted", "sub", "bob" },
            { "its aud", "aud", "https://other.example" },
            { "is expired", "exp", 1 },
            { "has no jti", "jti", null },
        };

    [Theory, MemberData(nameof(Refused)), Rfc(8693, "2.2.2")]
    public async Task Whatever_is_not_trusted_is_refused_and_the_log_says_why(string reason, string claim, object? value)
    {
        Assert.Equal("invalid_request", (await ExchangeAsync(Token((claim, value)))).Error);
        Assert.True(server.Logged(reason), reason);
    }

    [Fact]
    public async Task Another_key_or_another_type_is_no_token_of_theirs()
    {
        Assert.Equal("invalid_request", (await ExchangeAsync(KeyPair.Rsa.Sign(Claims()))).Error);
        Assert.Equal("invalid_request", (await ExchangeAsync(Token(), ("subject_token_type", TokenTypes.AccessToken))).Error);
        Assert.Equal("invalid_request", (await ExchangeAsync(Token(), ("subject_token_type", TokenTypes.IdToken))).Error);
    }

    private Task<Answer> ExchangeAsync(string token, params (string, string)[] more) =>
        ExchangeServer.ExchangeAsync(
            server,
            "orders",
            token,
            [("audience", ExchangeServer.Stock), .. more.Length == 0 ? [("subject_token_type", TokenTypes.Jwt)] : more]
        );

    private string Token(params (string Name, object? Value)[] claims) => KeyPair.Ec.Sign(Claims(claims));

    private Dictionary<string, object?> Claims(params (string Name, object? Value)[] claims) =>
        server.Claims("orders", [("iss", Partner), ("sub", AuthServer.Subject), .. claims]);
}

using System.Net;
using System.Text;
using System.Text.Json;
using Postern.Protocol;

namespace Postern.Tests;

[Rfc(8693, "2")]
public class TokenExchangeGrantTests(ExchangeServer shared) : IClassFixture<ExchangeServer>
{
    private readonly AuthServer server = shared.Server;

    [Fact, Rfc(8693, "2.2.1"), Rfc(8693, "4.1")]
    public async Task An_API_gets_a_token_for_another_API_which_says_for_whom_and_by_whom()
    {
        var answer = await ExchangeAsync("orders", await ShopTokenAsync(), ("audience", ExchangeServer.Stock));
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal((TokenTypes.AccessToken, "Bearer", "api:read profile"), Told(answer));
        Assert.Equal((null, null), (answer.Text("refresh_token"), answer.Text("id_token")));
        var claims = Jwt.Claims(answer.AccessToken);
        Assert.Equal((AuthServer.Subject, "orders"), (Text(claims, "sub"), Text(claims, "client_id")));
        Assert.Equal("""{"sub":"orders"}""", claims.GetProperty("act").GetRawText());
        Assert.True((await Jwt.VerifyAsync(server, answer.AccessToken, ExchangeServer.Stock, "at+jwt")).IsValid);
    }

    [Fact, Rfc(7662, "2.2")]
    public async Task Introspection_tells_the_API_that_is_called_who_acts()
    {
        var token = (await ExchangeAsync("orders", await ShopTokenAsync(), ("audience", ExchangeServer.Stock))).AccessToken;
        var seen = await server.PostAsync("/introspect", "stock", ("token", token));
        Assert.Equal((AuthServer.Subject, "orders", AuthServer.Login), (seen.Text("sub"), seen.Text("client_id"), seen.Text("username")));
        Assert.Equal("""{"sub":"orders"}""", seen.Json.GetProperty("act").GetRawText());
        Assert.Equal("""{"active":false}""", (await server.PostAsync("/introspect", "audit", ("token", token))).Body);
    }

    [Fact, Rfc(8693, "4.1")]
    public async Task Each_exchange_puts_its_actor_before_those_of_before()
    {
        var first = (await ExchangeAsync("orders", await ShopTokenAsync(), ("audience", ExchangeServer.Stock))).AccessToken;
        var second = await ExchangeAsync("stock", first, ("audience", ExchangeServer.Audit));
        Assert.Equal("""{"sub":"stock","act":{"sub":"orders"}}""", Jwt.Claims(second.AccessToken).GetProperty("act").GetRawText());
        Assert.True((await server.PostAsync("/introspect", "audit", ("token", second.AccessToken))).Json.GetProperty("active").GetBoolean());
    }

    [Fact, Rfc(8693, "1.1")]
    public async Task Only_a_client_that_may_impersonate_is_silent_about_itself_and_never_about_others()
    {
        var silent = await ExchangeAsync("quiet", await ShopTokenAsync());
        Assert.False(Jwt.Claims(silent.AccessToken).TryGetProperty("act", out _));
        var delegated = (await ExchangeAsync("orders", await ShopTokenAsync(), ("audience", ExchangeServer.Stock))).AccessToken;
        var kept = await ExchangeAsync("quiet", delegated);
        Assert.Equal("""{"sub":"orders"}""", Jwt.Claims(kept.AccessToken).GetProperty("act").GetRawText());
    }

    [Fact, Rfc(8693, "2.1")]
    public async Task An_actor_token_says_who_acts()
    {
        var robot = (await server.PostAsync("/token", "robot", ("grant_type", "client_credentials"))).AccessToken;
        var answer = await ExchangeAsync("orders", await ShopTokenAsync(), ("audience", ExchangeServer.Stock), ("actor_token", robot), ActorIs(TokenTypes.AccessToken));
        Assert.Equal("""{"sub":"robot"}""", Jwt.Claims(answer.AccessToken).GetProperty("act").GetRawText());
    }

    [Fact, Rfc(8693, "2.1")]
    public async Task An_ID_token_or_a_machines_token_can_be_exchanged_too()
    {
        var tokens = await ExchangeServer.Shop(server).TokensAsync();
        foreach (var type in new[] { TokenTypes.IdToken, TokenTypes.Jwt })
        {
            var answer = await ExchangeAsync("orders", tokens.Text("id_token")!, ("audience", ExchangeServer.Stock), ("subject_token_type", type));
            Assert.Equal((AuthServer.Subject, "api:read profile"), (Text(Jwt.Claims(answer.AccessToken), "sub"), answer.Text("scope")));
            Assert.True(await ActiveAsync("stock", answer.AccessToken));
        }
        var robot = (await server.PostAsync("/token", "robot", ("grant_type", "client_credentials"))).AccessToken;
        var machine = await ExchangeAsync("orders", robot, ("audience", ExchangeServer.Stock), ("subject_token_type", TokenTypes.Jwt));
        Assert.Equal(("robot", "api:read"), (Text(Jwt.Claims(machine.AccessToken), "sub"), machine.Text("scope")));
        Assert.True(await ActiveAsync("stock", machine.AccessToken));
    }

    [Fact, Rfc(8693, "2.2.1")]
    public async Task A_JWT_that_is_asked_for_is_an_access_token_under_that_name()
    {
        var answer = await ExchangeAsync("orders", await ShopTokenAsync(), ("resource", ExchangeServer.Stock), ("requested_token_type", TokenTypes.Jwt));
        Assert.Equal((TokenTypes.Jwt, "Bearer", "api:read profile"), Told(answer));
    }

    public static TheoryData<string, (string, string)[]> Refusals =>
        new()
        {
            { "invalid_request", [("subject_token", "")] },
            { "invalid_request", [("subject_token_type", "")] },
            { "invalid_request", [("subject_token", ""), ("subject_token_type", "")] },
            { "invalid_request", [("subject_token", "a.b.c")] },
            { "invalid_request", [("subject_token_type", TokenTypes.IdToken)] },
            { "invalid_request", [("subject_token_type", TokenTypes.RefreshToken)] },
            { "invalid_request", [("subject_token_type", "urn:ietf:params:oauth:token-type:saml2")] },
            { "invalid_request", [("subject_token_type", "access_token")] },
            { "invalid_request", [("actor_token", "x")] },
            { "invalid_request", [ActorIs(TokenTypes.AccessToken)] },
            { "invalid_request", [("actor_token", "x"), ActorIs(TokenTypes.AccessToken)] },
            { "invalid_request", [("requested_token_type", TokenTypes.IdToken)] },
            { "invalid_request", [("requested_token_type", TokenTypes.RefreshToken)] },
            { "invalid_target", [("audience", "")] },
            { "invalid_target", [("audience", "https://other.example")] },
            { "invalid_target", [("audience", "https://stock.example/")] },
            { "invalid_target", [("resource", ExchangeServer.Audit)] },
            { "invalid_target", [("audience", ""), ("resource", ExchangeServer.Audit), ("resource", ExchangeServer.Stock)] },
            { "invalid_request", [("audience", ExchangeServer.Audit), ("audience", ExchangeServer.Stock)] },
            { "invalid_scope", [("scope", "api:write")] },
            { "invalid_scope", [("scope", "stock:read")] },
            { "invalid_scope", [("scope", "offline_access")] },
            { "invalid_scope", [("scope", "api:\"read")] },
        };

    [Theory, MemberData(nameof(Refusals)), Rfc(8693, "2.2.2")]
    public async Task What_is_wrong_with_a_request_is_told_by_its_code(string error, (string, string)[] changes)
    {
        (string Name, string)[] target = changes.Any(change => change.Item1 == "audience") ? [] : [("audience", ExchangeServer.Stock)];
        var answer = await ExchangeAsync("orders", await ShopTokenAsync(), [.. target, .. changes]);
        Assert.Equal((HttpStatusCode.BadRequest, error), (answer.Status, answer.Error));
    }

    [Fact, Rfc(8693, "5")]
    public async Task A_token_of_a_client_that_the_policy_does_not_name_is_not_exchanged_and_the_log_says_how_it_could_be()
    {
        var strange = (await new Flow(server, "own").TokensAsync()).AccessToken;
        Assert.Equal("invalid_request", (await ExchangeAsync("orders", strange, ("audience", ExchangeServer.Stock))).Error);
        Assert.Contains(server.Log.Lines, line => line.Contains("postern client set orders --exchange-from own", StringComparison.Ordinal));
        var actor = await ExchangeAsync("orders", await ShopTokenAsync(), ("audience", ExchangeServer.Stock), ("actor_token", strange), ActorIs(TokenTypes.Jwt));
        Assert.Equal("invalid_request", actor.Error);
        Assert.Equal("unauthorized_client", (await ExchangeAsync("shop", await ShopTokenAsync())).Error);
    }

    [Fact, Rfc(8693, "5")]
    public async Task A_narrow_token_is_not_widened()
    {
        var narrow = (await ExchangeServer.Shop(server, "api:write").TokensAsync()).AccessToken;
        Assert.Equal("invalid_scope", (await ExchangeAsync("orders", narrow, ("audience", ExchangeServer.Stock))).Error);
        Assert.Equal("api:write", (await ExchangeAsync("orders", narrow, ("audience", ExchangeServer.Audit))).Text("scope"));
    }

    [Fact]
    public async Task A_chain_of_exchanges_ends()
    {
        var token = (await ExchangeAsync("orders", await ShopTokenAsync(), ("audience", ExchangeServer.Stock))).AccessToken;
        for (var exchanges = 2; exchanges <= Actor.MaxDepth; exchanges++)
            token = (await ExchangeAsync("stock", token, ("audience", ExchangeServer.Stock))).AccessToken;
        Assert.Equal("invalid_request", (await ExchangeAsync("stock", token, ("audience", ExchangeServer.Stock))).Error);
        var impersonated = await ShopTokenAsync();
        for (var exchanges = 1; exchanges <= Actor.MaxDepth; exchanges++)
            impersonated = (await ExchangeAsync("quiet", impersonated)).AccessToken;
        Assert.Equal("invalid_request", (await ExchangeAsync("quiet", impersonated)).Error);
    }

    [Theory, Rfc(8693, "4.4")]
    [InlineData("""{"sub":"orders"}""", null)]
    [InlineData("""{"sub":"orders","iss":"https://login.example"}""", null)]
    [InlineData("""{"sub":"orders","iss":"https://other.example"}""", "invalid_request")]
    [InlineData("""{"sub":"orders","email":"a@example.com"}""", "invalid_request")]
    [InlineData("""{"sub":"stock"}""", "invalid_request")]
    [InlineData("{}", "invalid_request")]
    [InlineData("\"orders\"", "invalid_request")]
    public async Task Who_may_act_is_heeded_where_the_token_says_it(string mayAct, string? error)
    {
        var token = await WithAsync(await ShopTokenAsync(), "may_act", mayAct);
        var answer = await ExchangeAsync("orders", token, ("audience", ExchangeServer.Stock));
        Assert.Equal(error, answer.Error);
        if (error is null)
            Assert.Equal(mayAct, Jwt.Claims(answer.AccessToken).GetProperty("may_act").GetRawText());
    }

    [Fact]
    public async Task Who_acts_for_somebody_is_no_actor()
    {
        var acting = (await ExchangeAsync("orders", await ShopTokenAsync(), ("audience", ExchangeServer.Stock))).AccessToken;
        var answer = await ExchangeAsync("orders", await ShopTokenAsync(), ("audience", ExchangeServer.Stock), ("actor_token", acting), ActorIs(TokenTypes.Jwt));
        Assert.Equal("invalid_request", answer.Error);
    }

    private static (string, string) ActorIs(string type) => ("actor_token_type", type);

    private Task<Answer> ExchangeAsync(string clientId, string token, params (string, string)[] parameters) =>
        ExchangeServer.ExchangeAsync(server, clientId, token, parameters);

    private async Task<string> ShopTokenAsync() => (await ExchangeServer.Shop(server).TokensAsync()).AccessToken;

    private async Task<bool> ActiveAsync(string clientId, string token) =>
        (await server.PostAsync("/introspect", clientId, ("token", token))).Json.GetProperty("active").GetBoolean();

    // The token with one more claim, signed again by the server's key.
    private static async Task<string> WithAsync(string token, string claim, string value)
    {
        var claims = Jwt.Claims(token).GetRawText();
        var more = $"{claims[..^1]},\"{claim}\":{value}}}";
        return await AuthServer.Signer.SignAsync("RS256", Jws.AccessTokenType, Encoding.UTF8.GetBytes(more), default);
    }

    private static (string?, string?, string?) Told(Answer answer) => (answer.Text("issued_token_type"), answer.Text("token_type"), answer.Text("scope"));

    private static string? Text(JsonElement claims, string name) => claims.GetProperty(name).GetString();
}

using System.Net;

namespace Postern.Tests;

/// <summary>An API that a person's app has called calls another API for that person, as Microsoft's libraries ask for it.</summary>
public class OnBehalfOfTests(ExchangeServer shared) : IClassFixture<ExchangeServer>
{
    private readonly AuthServer server = shared.Server;

    [Fact]
    public async Task An_API_gets_a_token_for_another_API_on_behalf_of_the_person()
    {
        var answer = await OnBehalfOfAsync();
        Assert.Equal((HttpStatusCode.OK, "Bearer", "stock:read"), (answer.Status, answer.Text("token_type"), answer.Text("scope")));
        Assert.Equal((null, null, null), (answer.Text("refresh_token"), answer.Text("id_token"), answer.Text("issued_token_type")));
        var claims = Jwt.Claims(answer.AccessToken);
        Assert.Equal((AuthServer.Subject, ExchangeServer.Stock), (claims.GetProperty("sub").GetString(), claims.GetProperty("aud").GetString()));
        Assert.Equal(("orders", """{"sub":"orders"}"""), (claims.GetProperty("client_id").GetString(), claims.GetProperty("act").GetRawText()));
        Assert.Equal(server.Clock.Now.ToUnixTimeSeconds(), claims.GetProperty("auth_time").GetInt64());
        Assert.True((await server.PostAsync("/introspect", "stock", ("token", answer.AccessToken))).Json.GetProperty("active").GetBoolean());
    }

    [Theory]
    [InlineData("https://stock.example/.default", "stock:read stock:write", null)]
    [InlineData("stock:write openid", "stock:write", null)]
    [InlineData("audit:write", "audit:write", null)]
    [InlineData("stock:read audit:write", null, "invalid_scope")]
    [InlineData("stock:read orders:read", null, "invalid_scope")]
    [InlineData("https://other.example/.default", null, "invalid_scope")]
    [InlineData("openid profile offline_access", null, "invalid_scope")]
    [InlineData("stock:\"read", null, "invalid_scope")]
    public async Task The_scope_says_for_which_API(string asked, string? given, string? error)
    {
        var answer = await OnBehalfOfAsync(("scope", asked));
        Assert.Equal((given, error), (answer.Text("scope"), answer.Error));
    }

    [Fact]
    public async Task An_audience_may_say_it_too()
    {
        Assert.Equal("audit:write", (await OnBehalfOfAsync(("scope", ""), ("audience", ExchangeServer.Audit))).Text("scope"));
        Assert.Equal("invalid_scope", (await OnBehalfOfAsync(("audience", ExchangeServer.Audit))).Error);
        Assert.Equal("invalid_target", (await OnBehalfOfAsync(("audience", ExchangeServer.Audit), ("resource", ExchangeServer.Stock))).Error);
    }

    [Fact]
    public async Task The_assertion_has_to_be_for_the_API_that_presents_it_and_the_log_says_so()
    {
        var other = (await new Flow(server, "own").TokensAsync()).AccessToken;
        Assert.Equal("invalid_grant", (await OnBehalfOfAsync(("assertion", other))).Error);
        Assert.Contains(server.Log.Lines, line => line.Contains("no live access token of this server for https://orders.example", StringComparison.Ordinal));
        Assert.Equal("invalid_grant", (await OnBehalfOfAsync(("assertion", (await ExchangeServer.Shop(server).TokensAsync()).Text("id_token")!))).Error);
        Assert.Equal("invalid_grant", (await OnBehalfOfAsync(("assertion", "a.b.c"))).Error);
        var robot = (await server.PostAsync("/token", "robot", ("grant_type", "client_credentials"))).AccessToken;
        Assert.Equal("invalid_grant", (await OnBehalfOfAsync(("assertion", robot))).Error);
    }

    [Fact]
    public async Task Without_the_operators_word_there_is_nothing()
    {
        var token = (await OnBehalfOfAsync()).AccessToken;
        Assert.Equal("invalid_scope", (await ExchangeServer.OnBehalfOfAsync(server, "stock", token)).Error);
        Assert.Equal("unauthorized_client", (await ExchangeServer.OnBehalfOfAsync(server, "shop", token)).Error);
    }

    [Theory]
    [InlineData("assertion", "")]
    [InlineData("requested_token_use", "something_else")]
    public async Task A_request_of_another_form_is_refused(string name, string value) =>
        Assert.Equal("invalid_request", (await OnBehalfOfAsync((name, value))).Error);

    [Fact]
    public async Task An_API_at_the_end_of_it_can_go_on_by_token_exchange_which_names_all_who_act()
    {
        // Of another scope than the app's own, for that one is its operator's word and this one the token's.
        await using var own = await ExchangeServer.StartAsync();
        var audit = ExchangeServer.Target($"{ExchangeServer.Audit} stock:read");
        await own.ChangeClientAsync("stock", client => client with { Exchange = client.Exchange! with { To = [audit] } });
        var token = (await ExchangeServer.OnBehalfOfAsync(own, "orders", (await ExchangeServer.Shop(own).TokensAsync()).AccessToken)).AccessToken;
        var answer = await ExchangeServer.ExchangeAsync(own, "stock", token);
        Assert.Equal("""{"sub":"stock","act":{"sub":"orders"}}""", Jwt.Claims(answer.AccessToken).GetProperty("act").GetRawText());
    }

    private async Task<Answer> OnBehalfOfAsync(params (string, string)[] parameters) =>
        await ExchangeServer.OnBehalfOfAsync(server, "orders", (await ExchangeServer.Shop(server).TokensAsync()).AccessToken, parameters);
}

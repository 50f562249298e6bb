using Postern.Protocol;

namespace Postern.Tests;

/// <summary>A token that was had in exchange ends with everything it comes from.</summary>
[Rfc(8693, "5")]
public class ExchangedTokenTests
{
    public static TheoryData<string, Func<AuthServer, string, Task>> Ends =>
        new()
        {
            { "the person is disabled", (server, _) => server.ChangeAliceAsync(user => user with { Disabled = true }) },
            { "the person is signed out everywhere", (server, _) => server.ChangeAliceAsync(user => user with { Stamp = "another" }) },
            { "the person is removed", (server, _) => server.RemoveAliceAsync() },
            { "the person takes back what the app was allowed", (server, _) => server.TakeBackConsentAsync("shop") },
            { "the app's grant is revoked", RevokeGrantAsync },
            { "the app's access token is revoked by itself", (server, token) => server.PostAsync("/revoke", "shop", ("token", token)) },
            { "the app is removed", (server, _) => server.RemoveClientAsync("shop") },
            { "the app is registered anew", (server, _) => server.ChangeClientAsync("shop", AnotherRegistration) },
            { "the client that exchanged it is removed", (server, _) => server.RemoveClientAsync("orders") },
            { "that client is registered anew", (server, _) => server.ChangeClientAsync("orders", AnotherRegistration) },
            { "its policy is taken away", (server, _) => server.ChangeClientAsync("orders", client => client with { Exchange = null }) },
            { "its grant types are taken away", (server, _) => server.ChangeClientAsync("orders", client => client with { GrantTypes = [] }) },
            { "its policy forgets the app", (server, _) => server.ChangeClientAsync("orders", client => Policy(client, "other", ExchangeServer.Stock)) },
            { "its policy forgets the audience", (server, _) => server.ChangeClientAsync("orders", client => Policy(client, "shop", ExchangeServer.Audit)) },
        };

    [Theory, MemberData(nameof(Ends))]
    public async Task It_counts_no_more_once(string what, Func<AuthServer, string, Task> end)
    {
        await using var server = await ExchangeServer.StartAsync();
        var token = (await ExchangeServer.Shop(server).TokensAsync()).AccessToken;
        var exchanged = (await ExchangeServer.ExchangeAsync(server, "orders", token, ("audience", ExchangeServer.Stock))).AccessToken;
        var again = (await ExchangeServer.ExchangeAsync(server, "stock", exchanged, ("audience", ExchangeServer.Audit))).AccessToken;
        Assert.True(await ActiveAsync(server, "stock", exchanged) && await ActiveAsync(server, "audit", again));
        await end(server, token);
        Assert.False(await ActiveAsync(server, "stock", exchanged), what);
        Assert.False(await ActiveAsync(server, "audit", again), what);
        Assert.Equal("invalid_request", (await ExchangeServer.ExchangeAsync(server, "stock", exchanged, ("audience", ExchangeServer.Audit))).Error);
    }

    [Fact]
    public async Task A_token_on_behalf_of_somebody_counts_no_more_once_the_operator_takes_it_back_and_the_app_hears_that_the_person_has_to_come()
    {
        await using var server = await ExchangeServer.StartAsync();
        var token = (await ExchangeServer.Shop(server).TokensAsync()).AccessToken;
        var exchanged = (await ExchangeServer.OnBehalfOfAsync(server, "orders", token)).AccessToken;
        Assert.True(await ActiveAsync(server, "stock", exchanged));
        await server.ChangeClientAsync("orders", client => client with { Exchange = client.Exchange! with { OnBehalfOf = [] } });
        Assert.Equal("""{"active":false}""", (await server.PostAsync("/introspect", "stock", ("token", exchanged))).Body.Replace(" ", "", StringComparison.Ordinal));
        await server.ChangeAliceAsync(user => user with { Disabled = true });
        Assert.Equal("invalid_grant", (await ExchangeServer.OnBehalfOfAsync(server, "orders", token)).Error);
    }

    [Fact]
    public async Task A_machines_token_ends_what_was_exchanged_for_it_too()
    {
        await using var server = await ExchangeServer.StartAsync();
        var token = (await server.PostAsync("/token", "robot", ("grant_type", "client_credentials"))).AccessToken;
        var exchanged = (await ExchangeServer.ExchangeAsync(server, "orders", token, ("audience", ExchangeServer.Stock))).AccessToken;
        Assert.True(await ActiveAsync(server, "stock", exchanged));
        await server.PostAsync("/revoke", "robot", ("token", token));
        Assert.False(await ActiveAsync(server, "stock", exchanged));
    }

    [Fact]
    public async Task Whoever_exchanged_it_can_revoke_it_and_the_first_token_stays()
    {
        await using var server = await ExchangeServer.StartAsync();
        var token = (await ExchangeServer.Shop(server).TokensAsync()).AccessToken;
        var exchanged = (await ExchangeServer.ExchangeAsync(server, "orders", token, ("audience", ExchangeServer.Stock))).AccessToken;
        Assert.Equal("invalid_grant", (await server.PostAsync("/revoke", "shop", ("token", exchanged))).Error);
        await server.PostAsync("/revoke", "orders", ("token", exchanged));
        Assert.False(await ActiveAsync(server, "stock", exchanged));
        Assert.True(await ActiveAsync(server, "orders", token));
    }

    [Fact]
    public async Task Its_scope_shrinks_with_the_policy()
    {
        await using var server = await ExchangeServer.StartAsync();
        var token = (await ExchangeServer.Shop(server).TokensAsync()).AccessToken;
        var exchanged = (await ExchangeServer.ExchangeAsync(server, "orders", token, ("audience", ExchangeServer.Stock))).AccessToken;
        await server.ChangeClientAsync("orders", client => Policy(client, "shop", $"{ExchangeServer.Stock} api:read"));
        Assert.Equal("api:read", (await server.PostAsync("/introspect", "stock", ("token", exchanged))).Text("scope"));
    }

    [Fact]
    public async Task It_ends_with_the_token_it_was_exchanged_for_at_the_latest()
    {
        await using var server = await ExchangeServer.StartAsync();
        var token = (await ExchangeServer.Shop(server).TokensAsync()).AccessToken;
        server.Clock.Advance(TimeSpan.FromMinutes(10));
        var robot = (await server.PostAsync("/token", "robot", ("grant_type", "client_credentials"))).AccessToken;
        var answer = await ExchangeServer.ExchangeAsync(server, "orders", token, ("audience", ExchangeServer.Stock));
        Assert.Equal(Expiry(token), Expiry(answer.AccessToken));
        Assert.Equal(300, answer.Json.GetProperty("expires_in").GetInt32());
        (string, string)[] acted = [("audience", ExchangeServer.Stock), ("actor_token", token), ("actor_token_type", TokenTypes.AccessToken)];
        Assert.Equal(Expiry(token), Expiry((await ExchangeServer.ExchangeAsync(server, "orders", robot, acted)).AccessToken));
        server.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.False(await ActiveAsync(server, "stock", answer.AccessToken));
        Assert.Equal("invalid_request", (await ExchangeServer.ExchangeAsync(server, "orders", token, ("audience", ExchangeServer.Stock))).Error);
    }

    [Fact, Rfc(8707, "2")]
    public async Task Where_its_audience_is_registered_it_is_as_that_resource_wants_it()
    {
        await using var server = await ExchangeServer.StartAsync();
        await server.AddResourceAsync(SomeResources.BillsResource with
        {
            Identifier = ExchangeServer.Stock,
            AccessTokenLifetime = TimeSpan.FromMinutes(5),
            SigningAlgorithm = SigningAlgorithms.ES256,
        });
        var token = (await ExchangeServer.Shop(server).TokensAsync()).AccessToken;
        var answer = await ExchangeServer.ExchangeAsync(server, "orders", token, ("resource", ExchangeServer.Stock));
        Assert.Equal(("api:read", 300), (answer.Text("scope"), answer.Json.GetProperty("expires_in").GetInt32()));
        Assert.Equal("ES256", Jwt.Header(answer.AccessToken).GetProperty("alg").GetString());
        (string, string)[] other = [("audience", ExchangeServer.Stock), ("resource", ExchangeServer.Stock), ("scope", "profile")];
        Assert.Equal("invalid_scope", (await ExchangeServer.ExchangeAsync(server, "orders", token, other)).Error);
    }

    [Fact]
    public async Task What_the_app_asked_to_know_by_name_is_not_for_whoever_exchanges_its_token()
    {
        await using var server = await ExchangeServer.StartAsync();
        var token = (await ExchangeServer.Shop(server).TokensAsync(("claims", """{"userinfo":{"phone_number":null}}"""))).AccessToken;
        var exchanged = (await ExchangeServer.ExchangeAsync(server, "orders", token, ("audience", AuthServer.Issuer))).AccessToken;
        await server.ChangeClientAsync("orders", client => client with { Scope = Scope.OpenIdConnect });
        var known = await server.GetAsync("/userinfo", exchanged);
        Assert.Equal(("Alice Example", null), (known.Text("name"), known.Text("phone_number")));
    }

    private static async Task RevokeGrantAsync(AuthServer server, string token)
    {
        var tokens = await ExchangeServer.Shop(server).TokensAsync();
        Assert.NotEqual(tokens.AccessToken, token);
        var grants = new Storage.GrantStore(server.Tables);
        await grants.RevokeAsync(RowId.TryParse(Jwt.Claims(token).GetProperty("jti").GetString()!.Split('.')[0])!.Value, default);
    }

    private static Client AnotherRegistration(Client client) => client with { Registration = "another" };

    private static Client Policy(Client client, string from, string to) =>
        client with { Exchange = new ExchangePolicy { From = [from], To = [ExchangeServer.Target(to)] } };

    private static long Expiry(string token) => Jwt.Claims(token).GetProperty("exp").GetInt64();

    private static async Task<bool> ActiveAsync(AuthServer server, string clientId, string token) =>
        (await server.PostAsync("/introspect", clientId, ("token", token))).Json.GetProperty("active").GetBoolean();
}

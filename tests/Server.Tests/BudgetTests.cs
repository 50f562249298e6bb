using System.Net;

namespace Postern.Tests;

/// <summary>Storage round trips of the paths that are walked all day: each costs time and money.</summary>
public class BudgetTests
{
    private const string Offline = "openid profile email api:read offline_access";
    private const string Online = "openid profile email api:read";

    [Fact]
    public async Task Client_credentials_need_none_once_the_client_is_known()
    {
        await using var server = await AuthServer.StartAsync();
        await server.PostAsync("/token", "web", ("grant_type", "client_credentials"));
        await Costs(server, 0, 0, () => server.PostAsync("/token", "web", ("grant_type", "client_credentials")));
    }

    [Fact]
    public async Task Authorizing_with_a_session_and_consent_needs_two_reads_and_one_write()
    {
        await using var server = await AuthServer.StartAsync();
        await (await server.AuthorizeAsync("web")).ConsentAsync();
        var browser = await server.SignedInAsync();
        server.RoundTrips.Reset();
        await browser.GoAsync(new Flow(server, "web").Url());
        Assert.NotNull(browser.Sent("code"));
        Assert.Equal((2, 1), (server.RoundTrips.Reads, server.RoundTrips.Writes));
    }

    [Theory]
    [InlineData(Offline, 2)]
    [InlineData(Online, 3)]
    public async Task A_code_exchange_needs_two_reads_and_one_write_and_a_third_where_the_grant_ends_with_its_session(string scope, int reads)
    {
        await using var server = await AuthServer.StartAsync();
        var flow = new Flow(server, "own", scope: scope);
        await flow.TokensAsync(await server.SignedInAsync());
        var code = await flow.CodeAsync(await server.SignedInAsync());
        await Costs(server, reads, 1, () => flow.RedeemAsync(code));
    }

    [Theory]
    [InlineData("own", Offline, 2, 0)]
    [InlineData("own", Online, 3, 0)]
    [InlineData("rotating", Offline, 2, 1)]
    [InlineData("rotating", Online, 3, 1)]
    public async Task A_refresh_needs_two_or_three_reads_and_a_write_only_where_tokens_rotate(string clientId, string scope, int reads, int writes)
    {
        await using var server = await AuthServer.StartAsync();
        var flow = new Flow(server, clientId, scope: scope);
        var token = (await flow.TokensAsync(await server.SignedInAsync())).RefreshToken;
        await Costs(server, reads, writes, () => flow.RefreshAsync(token));
    }

    [Fact]
    public async Task A_device_starts_with_a_write_asks_with_one_of_each_and_redeems_with_three_reads_and_a_write()
    {
        await using var server = await AuthServer.StartAsync(options => options with { ClientCache = TimeSpan.FromDays(1) });
        var device = await Device.StartAsync(server);
        await Costs(server, 0, 1, async () => (device = await Device.StartAsync(server)).Started);
        await device.PollAsync();
        server.RoundTrips.Reset();
        await device.PollAsync();
        Assert.Equal((1, 1), (server.RoundTrips.Reads, server.RoundTrips.Writes));
        await device.AnswerAsync();
        await Costs(server, 3, 1, () => device.PollAsync());
    }

    [Fact]
    public async Task To_ask_a_person_costs_two_reads_and_two_writes_and_then_what_a_device_costs()
    {
        await using var server = await AuthServer.StartAsync(options => options with { ClientCache = TimeSpan.FromDays(1) });
        await Backchannel.AskAsync(server, "bank", ("login_hint", "nobody"));
        Backchannel asked = null!;
        await Costs(server, 2, 2, async () => (asked = await Backchannel.AskAsync(server)).Started);
        await (await (await server.SignedInAsync()).GoAsync("/approvals")).ConsentAsync();
        await Costs(server, 3, 1, () => asked.PollAsync());
    }

    [Theory]
    [InlineData("/introspect")]
    [InlineData("/userinfo")]
    public async Task Looking_at_a_persons_token_needs_two_reads_and_a_third_only_where_one_was_revoked_by_itself(string path)
    {
        await using var server = await AuthServer.StartAsync();
        var flow = new Flow(server, "own", scope: Offline);
        var tokens = await flow.TokensAsync(await server.SignedInAsync());
        await Costs(server, 2, 0, () => LookAsync(tokens));
        var another = await flow.RefreshAsync(tokens.RefreshToken);
        await server.PostAsync("/revoke", "own", ("token", another.AccessToken));
        await Costs(server, 3, 0, () => LookAsync(tokens));
        // What was issued since outlives it, so nobody needs to ask.
        server.Clock.Advance(TimeSpan.FromSeconds(10));
        var later = await flow.RefreshAsync(tokens.RefreshToken);
        await Costs(server, 2, 0, () => LookAsync(later));

        Task<Answer> LookAsync(Answer issued) =>
            path == "/userinfo" ? server.GetAsync(path, issued.AccessToken) : server.PostAsync(path, "own", ("token", issued.AccessToken));
    }

    [Theory]
    [InlineData("/introspect")]
    [InlineData("/userinfo")]
    public async Task The_first_look_at_a_token_after_a_rotation_costs_a_write_while_the_token_before_could_be_asked_for_again(string path)
    {
        await using var server = await AuthServer.StartAsync(options => options with { ClientCache = TimeSpan.FromDays(1) });
        var flow = new Flow(server, "rotating", scope: Offline);
        var first = await flow.TokensAsync(await server.SignedInAsync());
        await Costs(server, 2, 0, () => LookAsync(first));
        var second = await flow.RefreshAsync(first.RefreshToken);
        await Costs(server, 2, 0, () => LookAsync(first));
        await Costs(server, 2, 1, () => LookAsync(second));
        await Costs(server, 2, 0, () => LookAsync(second));
        var third = await flow.RefreshAsync(second.RefreshToken);
        server.Clock.Advance(TimeSpan.FromMinutes(11));
        await Costs(server, 2, 0, () => LookAsync(third));

        Task<Answer> LookAsync(Answer issued) =>
            path == "/userinfo" ? server.GetAsync(path, issued.AccessToken) : server.PostAsync(path, "rotating", ("token", issued.AccessToken));
    }

    [Theory]
    [InlineData("/introspect")]
    [InlineData("/userinfo")]
    public async Task Looking_at_a_token_that_ends_with_its_session_needs_a_third_read(string path)
    {
        await using var server = await AuthServer.StartAsync();
        var tokens = await new Flow(server, "own", scope: Online).TokensAsync(await server.SignedInAsync());
        await Costs(server, 3, 0, () =>
            path == "/userinfo" ? server.GetAsync(path, tokens.AccessToken) : server.PostAsync(path, "own", ("token", tokens.AccessToken)));
    }

    [Fact]
    public async Task Authorizing_a_client_that_is_told_of_the_sessions_end_needs_a_second_write_beside_the_first()
    {
        await using var server = await AuthServer.StartAsync();
        await server.ChangeClientAsync("own", client => client with { Logout = new() { BackchannelLogoutUri = "https://web.example/out" } });
        var browser = await server.SignedInAsync();
        server.RoundTrips.Reset();
        await browser.GoAsync(new Flow(server, "own").Url());
        Assert.NotNull(browser.Sent("code"));
        Assert.Equal((2, 2), (server.RoundTrips.Reads, server.RoundTrips.Writes));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(12)]
    public async Task Signing_out_needs_as_many_writes_whatever_was_granted(int grants)
    {
        await using var server = await AuthServer.StartAsync();
        var browser = await server.SignedInAsync();
        for (var i = 0; i < grants; i++)
            await new Flow(server, "own").TokensAsync(browser.Copy());
        await browser.GoAsync("/signout");
        server.RoundTrips.Reset();
        await browser.SubmitAsync();
        // The session's row goes, and one says that it has gone; the first time of the day its table is made.
        Assert.Equal((4, 4), (server.RoundTrips.Reads, server.RoundTrips.Writes));
    }

    [Fact]
    public async Task Introspecting_a_clients_own_token_needs_one_read()
    {
        await using var server = await AuthServer.StartAsync();
        var token = (await server.PostAsync("/token", "web", ("grant_type", "client_credentials"))).AccessToken;
        await Costs(server, 1, 0, () => server.PostAsync("/introspect", "web", ("token", token)));
    }

    [Fact]
    public async Task Exchanging_a_persons_token_needs_two_reads_and_so_does_looking_at_what_it_brought()
    {
        await using var server = await ExchangeServer.StartAsync(TimeSpan.FromDays(1));
        var token = (await ExchangeServer.Shop(server, "openid offline_access api:read api:write").TokensAsync()).AccessToken;
        var exchanged = "";
        for (var times = 0; times < 2; times++)
            exchanged = (await ExchangeServer.ExchangeAsync(server, "orders", token, ("audience", ExchangeServer.Stock))).AccessToken;
        var again = (await ExchangeServer.ExchangeAsync(server, "stock", exchanged, ("audience", ExchangeServer.Audit))).AccessToken;
        await server.PostAsync("/introspect", "audit", ("token", again));
        await Costs(server, 2, 0, () => ExchangeServer.ExchangeAsync(server, "orders", token, ("audience", ExchangeServer.Stock)));
        await Costs(server, 2, 0, () => ExchangeServer.OnBehalfOfAsync(server, "orders", token));
        await Costs(server, 2, 0, () => server.PostAsync("/introspect", "stock", ("token", exchanged)));
        await Costs(server, 2, 0, () => server.PostAsync("/introspect", "audit", ("token", again)));
    }

    [Fact]
    public async Task A_machines_token_and_each_that_it_is_exchanged_for_need_one_read()
    {
        await using var server = await ExchangeServer.StartAsync(TimeSpan.FromDays(1));
        var token = (await server.PostAsync("/token", "robot", ("grant_type", "client_credentials"))).AccessToken;
        var exchanged = (await ExchangeServer.ExchangeAsync(server, "orders", token, ("audience", ExchangeServer.Stock))).AccessToken;
        await server.PostAsync("/introspect", "stock", ("token", exchanged));
        await Costs(server, 1, 0, () => ExchangeServer.ExchangeAsync(server, "orders", token, ("audience", ExchangeServer.Stock)));
        await Costs(server, 2, 0, () => server.PostAsync("/introspect", "stock", ("token", exchanged)));
    }

    [Fact, Rfc(8707, "2")]
    public async Task A_resource_that_is_known_costs_nothing_more()
    {
        await using var server = await AuthServer.StartAsync();
        await server.AddResourcesAsync();
        (string, string) resource = ("resource", SomeResources.Orders);
        var flow = new Flow(server, "own", scope: Offline);
        await flow.TokensAsync(("resource", SomeResources.Orders));
        await Costs(server, 0, 0, () => server.PostAsync("/token", "own", ("grant_type", "client_credentials"), resource));
        var browser = await server.SignedInAsync();
        server.RoundTrips.Reset();
        var code = await flow.CodeAsync(browser, ("resource", SomeResources.Orders));
        Assert.Equal((2, 1), (server.RoundTrips.Reads, server.RoundTrips.Writes));
        var tokens = await flow.RedeemAsync(code);
        await Costs(server, 2, 0, () => flow.RefreshAsync(tokens.RefreshToken, resource));
        code = await flow.CodeAsync(await server.SignedInAsync(), ("resource", SomeResources.Orders));
        await Costs(server, 2, 1, () => flow.RedeemAsync(code, resource));
    }

    private static async Task Costs(AuthServer server, int reads, int writes, Func<Task<Answer>> act)
    {
        server.RoundTrips.Reset();
        Assert.Equal(HttpStatusCode.OK, (await act()).Status);
        Assert.Equal((reads, writes), (server.RoundTrips.Reads, server.RoundTrips.Writes));
    }
}

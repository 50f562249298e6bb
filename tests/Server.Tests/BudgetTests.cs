using System.Net;

namespace Postern.Tests;

/// <summary>Storage round trips of the paths that are walked all day: each costs time and money.</summary>
public class BudgetTests
{
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

    [Fact]
    public async Task A_code_exchange_needs_two_reads_and_one_write()
    {
        await using var server = await AuthServer.StartAsync();
        var flow = new Flow(server, "own");
        await flow.TokensAsync(await server.SignedInAsync());
        var code = await flow.CodeAsync(await server.SignedInAsync());
        await Costs(server, 2, 1, () => flow.RedeemAsync(code));
    }

    [Theory]
    [InlineData("own", 0)]
    [InlineData("rotating", 1)]
    public async Task A_refresh_needs_two_reads_and_a_write_only_where_tokens_rotate(string clientId, int writes)
    {
        await using var server = await AuthServer.StartAsync();
        var flow = new Flow(server, clientId);
        var token = (await flow.TokensAsync(await server.SignedInAsync())).RefreshToken;
        await Costs(server, 2, writes, () => flow.RefreshAsync(token));
    }

    [Theory]
    [InlineData("/introspect")]
    [InlineData("/userinfo")]
    public async Task Looking_at_a_persons_token_needs_two_reads_and_a_third_only_where_one_was_revoked_by_itself(string path)
    {
        await using var server = await AuthServer.StartAsync();
        var flow = new Flow(server, "own");
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
        var flow = new Flow(server, "rotating");
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

    [Fact]
    public async Task Introspecting_a_clients_own_token_needs_one_read()
    {
        await using var server = await AuthServer.StartAsync();
        var token = (await server.PostAsync("/token", "web", ("grant_type", "client_credentials"))).AccessToken;
        await Costs(server, 1, 0, () => server.PostAsync("/introspect", "web", ("token", token)));
    }

    [Fact, Rfc(8707, "2")]
    public async Task A_resource_that_is_known_costs_nothing_more()
    {
        await using var server = await AuthServer.StartAsync();
        await server.AddResourcesAsync();
        (string, string) resource = ("resource", SomeResources.Orders);
        var flow = new Flow(server, "own");
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

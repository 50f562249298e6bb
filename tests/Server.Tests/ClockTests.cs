using System.Net;
using System.Security.Cryptography;
using System.Text;
using Postern.Local;
using Postern.Protocol;

namespace Postern.Tests;

/// <summary>Machines disagree on the time, and clocks are corrected.</summary>
public class ClockTests
{
    [Theory]
    [InlineData(-20)]
    [InlineData(3)]
    [InlineData(120)]
    public async Task A_client_and_a_person_are_good_at_once_whatever_time_the_operators_machine_has(int minutes)
    {
        await using var server = await AuthServer.StartAsync();
        var there = server.Clock.Now.AddMinutes(minutes);
        await server.AddClientAsync(TestClients.Confidential("new", there));
        await server.ChangeAliceAsync(alice => alice with { Stamp = "signed out", UpdatedAt = there });
        var flow = new Flow(server, "new");
        var tokens = await flow.TokensAsync();
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/userinfo", tokens.AccessToken)).Status);
        Assert.Equal(HttpStatusCode.OK, (await flow.RefreshAsync(tokens.RefreshToken)).Status);
        var own = await server.PostAsync("/token", "new", ("grant_type", "client_credentials"));
        Assert.True((await server.PostAsync("/introspect", "new", ("token", own.AccessToken))).Json.GetProperty("active").GetBoolean());
    }

    [Fact, Rfc(7662, "4")]
    public async Task A_machines_token_ends_with_its_registration()
    {
        await using var server = await AuthServer.StartAsync(options => options with { ClientCache = TimeSpan.Zero });
        var token = (await server.PostAsync("/token", "web", ("grant_type", "client_credentials"))).AccessToken;
        await server.RemoveClientAsync("web");
        await server.AddClientAsync(TestClients.Confidential("web", server.Clock.Now.AddDays(-1)));
        Assert.False((await server.PostAsync("/introspect", "web", ("token", token))).Json.GetProperty("active").GetBoolean());
    }

    [Fact]
    public async Task A_clock_that_was_ahead_and_is_set_right_keeps_no_client_for_longer()
    {
        await using var server = await AuthServer.StartAsync();
        server.Clock.Set(TimeSpan.FromHours(2));
        await server.PostAsync("/token", "web", ("grant_type", "client_credentials"));
        await server.PostAsync("/token", "late", ("grant_type", "client_credentials"));
        server.Clock.Set(TimeSpan.FromHours(-2));
        var rotated = new ClientSecret(SHA256.HashData(Encoding.UTF8.GetBytes("another")), null);
        await server.ChangeClientAsync("web", client => client with { Secrets = [rotated] });
        await server.AddClientAsync(TestClients.Confidential("late", server.Clock.Now));
        server.Clock.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal("invalid_client", (await server.PostAsync("/token", "web", ("grant_type", "client_credentials"))).Error);
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync("/token", "late", ("grant_type", "client_credentials"))).Status);
    }

    [Theory]
    [InlineData(7200)]
    [InlineData(-7200)]
    [InlineData(3)]
    public async Task Attempts_wait_by_the_clock_of_the_tables_whatever_the_instances_have(int seconds)
    {
        var (right, wrong) = (new FakeClock(), new FakeClock());
        await using var storage = await TableService.StartAsync(right);
        await using var one = await AuthServer.StartAsync(storage: storage.ConnectionString, clock: wrong);
        await using var other = await AuthServer.StartAsync(storage: storage.ConnectionString, clock: right);
        wrong.Set(TimeSpan.FromSeconds(seconds));
        await TypeWrongAsync(one, 1);
        Assert.False((await SignInAsync(other)).Shows("signin-form"));
        await TypeWrongAsync(one, 6);
        Assert.True((await SignInAsync(other)).Shows("signin-form"));
        right.Advance(TimeSpan.FromSeconds(5));
        Assert.False((await SignInAsync(other)).Shows("signin-form"));
    }

    [Fact]
    public async Task A_sweep_by_a_clock_that_is_ahead_drops_nothing_that_is_good()
    {
        var (right, ahead) = (new FakeClock(), new FakeClock());
        await using var storage = await TableService.StartAsync(right);
        await using var server = await AuthServer.StartAsync(storage: storage.ConnectionString, clock: ahead);
        var browser = await server.SignedInAsync();
        ahead.Set(TimeSpan.FromDays(30));
        await server.RunTimerAsync("sweep");
        ahead.Set(TimeSpan.FromDays(-30));
        Assert.NotNull((await browser.GoAsync(new Flow(server, "own").Url(("prompt", "none")))).Sent("code"));
    }

    [Theory, Rfc(6749, "5.1")]
    [InlineData(1000, 1)]
    [InlineData(1999, 1)]
    [InlineData(2000, 2)]
    public async Task The_last_tokens_of_a_grant_are_good_for_a_second_at_least_and_end_with_it(int millisecondsLeft, int expiresIn)
    {
        await using var server = await AuthServer.StartAsync();
        var flow = new Flow(server, "brief");
        var refreshToken = await LastAsync(server, flow, millisecondsLeft);
        var last = await flow.RefreshAsync(refreshToken);
        Assert.Equal(expiresIn, last.Json.GetProperty("expires_in").GetInt32());
        foreach (var token in new[] { last.AccessToken, last.Text("id_token")! })
            Assert.Equal(expiresIn, Jwt.Claims(token).GetProperty("exp").GetInt64() - Jwt.Claims(token).GetProperty("iat").GetInt64());
    }

    [Theory, Rfc(6749, "5.2")]
    [InlineData(999)]
    [InlineData(1)]
    [InlineData(0)]
    public async Task A_grant_with_less_than_a_second_left_is_over(int millisecondsLeft)
    {
        await using var server = await AuthServer.StartAsync();
        var flow = new Flow(server, "brief");
        Assert.Equal("invalid_grant", (await flow.RefreshAsync(await LastAsync(server, flow, millisecondsLeft))).Error);
    }

    // Kept in use until that much of the grant's twelve minutes is left.
    private static async Task<string> LastAsync(AuthServer server, Flow flow, int millisecondsLeft)
    {
        var tokens = await flow.TokensAsync(await server.SignedInAsync());
        foreach (var _ in new[] { 1, 2, 3 })
        {
            server.Clock.Advance(TimeSpan.FromMinutes(4) - TimeSpan.FromSeconds(1));
            Assert.Equal(HttpStatusCode.OK, (await flow.RefreshAsync(tokens.RefreshToken)).Status);
        }
        server.Clock.Advance(TimeSpan.FromMilliseconds(3000 - millisecondsLeft));
        return tokens.RefreshToken;
    }

    private static async Task TypeWrongAsync(AuthServer server, int times)
    {
        for (var i = 0; i < times; i++)
            await SignInAsync(server, "wrong");
    }

    private static async Task<Browser> SignInAsync(AuthServer server, string password = RemoteServer.Password) =>
        await (await server.Browser().GoAsync(new Flow(server, "own").Url())).SignInAsync(password: password);
}

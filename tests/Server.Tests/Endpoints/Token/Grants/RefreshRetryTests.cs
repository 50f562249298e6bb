using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using Postern.Local;
using Postern.Protocol;

namespace Postern.Tests;

/// <summary>Replaced refresh tokens that are asked for again: by a client that lost the answer, and by somebody else.</summary>
[Rfc(9700, "4.14.2")]
public class RefreshRetryTests
{
    [Fact]
    public async Task A_tab_that_lost_its_answer_gets_what_another_tab_has_gone_on_to()
    {
        await using var server = await AuthServer.StartAsync();
        var (flow, first) = await StartAsync(server);
        var second = (await flow.RefreshAsync(first)).RefreshToken;
        var third = (await flow.RefreshAsync(second)).RefreshToken;
        Assert.Equal(third, (await flow.RefreshAsync(first)).RefreshToken);
        Assert.Equal(third, (await flow.RefreshAsync(second)).RefreshToken);
        Assert.Equal(HttpStatusCode.OK, (await flow.RefreshAsync(third)).Status);
    }

    [Theory]
    [InlineData("/userinfo")]
    [InlineData("/introspect")]
    public async Task Once_an_access_token_of_the_successor_was_seen_in_use_the_token_before_is_reuse(string path)
    {
        await using var server = await AuthServer.StartAsync();
        var (flow, first) = await StartAsync(server);
        var second = await flow.RefreshAsync(first);
        Assert.Equal(second.RefreshToken, (await flow.RefreshAsync(first)).RefreshToken);
        await SeeAsync(server, path, second);
        Assert.Equal("invalid_grant", (await flow.RefreshAsync(first)).Error);
        Assert.Equal("invalid_grant", (await flow.RefreshAsync(second.RefreshToken)).Error);
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.GetAsync("/userinfo", second.AccessToken)).Status);
    }

    [Fact]
    public async Task An_access_token_of_before_says_nothing_of_the_successor()
    {
        await using var server = await AuthServer.StartAsync();
        var flow = new Flow(server, "rotating");
        var first = await flow.TokensAsync(await server.SignedInAsync());
        var second = await flow.RefreshAsync(first.RefreshToken);
        await SeeAsync(server, "/userinfo", first);
        Assert.Equal(second.RefreshToken, (await flow.RefreshAsync(first.RefreshToken)).RefreshToken);
    }

    [Fact]
    public async Task The_access_token_of_a_retry_counts_as_one_of_the_successor()
    {
        await using var server = await AuthServer.StartAsync();
        var (flow, first) = await StartAsync(server);
        await flow.RefreshAsync(first);
        await SeeAsync(server, "/userinfo", await flow.RefreshAsync(first));
        Assert.Equal("invalid_grant", (await flow.RefreshAsync(first)).Error);
    }

    [Theory]
    [InlineData("thief first")]
    [InlineData("victim first")]
    public async Task Who_shadows_a_client_is_found_out_at_the_third_token_that_two_ask_for(string order)
    {
        await using var server = await AuthServer.StartAsync();
        var (flow, token) = await StartAsync(server);
        for (var link = 1; link <= 3; link++)
        {
            var (one, other) = (await flow.RefreshAsync(token), await flow.RefreshAsync(token));
            Assert.Equal(link < 3 ? HttpStatusCode.OK : HttpStatusCode.BadRequest, other.Status);
            token = one.RefreshToken;
        }
        // Whoever of them was first: nobody has anything of it any more.
        Assert.Equal("invalid_grant", (await flow.RefreshAsync(token)).Error);
        Assert.Contains(server.Log.Lines, line => line.Contains("three times in a row", StringComparison.Ordinal) && order.Length > 0);
    }

    [Fact]
    public async Task Two_tabs_that_ask_at_once_now_and_then_are_no_shadow()
    {
        await using var server = await AuthServer.StartAsync();
        var (flow, token) = await StartAsync(server);
        for (var link = 0; link < 12; link++)
        {
            var next = (await flow.RefreshAsync(token)).RefreshToken;
            if (link % 3 != 2)
                Assert.Equal(next, (await flow.RefreshAsync(token)).RefreshToken);
            token = next;
        }
    }

    [Fact]
    public async Task Each_retry_is_one_line_and_one_count_and_writes_at_the_first_alone()
    {
        await using var server = await AuthServer.StartAsync();
        var (flow, first) = await StartAsync(server);
        await flow.RefreshAsync(first);
        var counted = new ConcurrentQueue<long>();
        using var listener = new MeterListener { InstrumentPublished = (one, all) => Listen(one, all) };
        listener.SetMeasurementEventCallback<long>((_, count, _, _) => counted.Enqueue(count));
        listener.Start();
        foreach (var writes in new[] { 1, 0, 0 })
        {
            server.RoundTrips.Reset();
            await flow.RefreshAsync(first);
            // The grant, its person, and the end of the session that it goes with.
            Assert.Equal((3, writes), (server.RoundTrips.Reads, server.RoundTrips.Writes));
        }
        Assert.Equal(3, server.Log.Lines.Count(line => line.Contains("was asked for again and yields", StringComparison.Ordinal)));
        // Other tests in this process may count too.
        Assert.InRange(counted.Sum(), 3, long.MaxValue);

        static void Listen(Instrument instrument, MeterListener all)
        {
            if (instrument is { Meter.Name: "Postern", Name: "postern.refresh.retries" })
                all.EnableMeasurementEvents(instrument);
        }
    }

    [Theory]
    [InlineData(25)]
    [InlineData(-25)]
    [InlineData(3600)]
    [InlineData(-3600)]
    public async Task Between_instances_whose_clocks_differ_the_grace_is_that_of_the_table_service(int seconds)
    {
        var clock = new FakeClock();
        await using var tables = await TableService.StartAsync(clock);
        await using var one = await AuthServer.StartAsync(storage: tables.ConnectionString, clock: new FakeClock(clock.Now));
        await using var other = await AuthServer.StartAsync(storage: tables.ConnectionString, clock: new FakeClock(clock.Now.AddSeconds(seconds)));
        var (flow, first) = await StartAsync(one);
        var second = (await flow.RefreshAsync(first)).RefreshToken;
        clock.Advance(new Lifetimes().RefreshGrace);
        Assert.Equal(second, (await new Flow(other, "app").RefreshAsync(first)).RefreshToken);
        Assert.Equal(second, (await flow.RefreshAsync(first)).RefreshToken);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("invalid_grant", (await new Flow(other, "app").RefreshAsync(first)).Error);
        Assert.Equal("invalid_grant", (await flow.RefreshAsync(second)).Error);
    }

    private static async Task<(Flow Flow, string RefreshToken)> StartAsync(AuthServer server)
    {
        var flow = new Flow(server, "app");
        return (flow, (await flow.TokensAsync(await server.SignedInAsync())).RefreshToken);
    }

    private static async Task SeeAsync(AuthServer server, string path, Answer tokens)
    {
        var answer = path == "/userinfo"
            ? await server.GetAsync(path, tokens.AccessToken)
            : await server.PostAsync(path, "api", ("token", tokens.AccessToken));
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.DoesNotContain("\"active\":false", answer.Body, StringComparison.Ordinal);
    }
}

using System.Diagnostics;
using System.Net;

namespace Postern.Tests;

/// <summary>Crashes, time limits, timers and stops go under the test host as they go under the Functions host.</summary>
public sealed class LifeCycleTests
{
    [Fact]
    public async Task A_request_that_ends_the_worker_is_500_and_not_sent_again_and_the_next_is_held_and_answered()
    {
        await using var minimal = await MinimalHost.StartAsync();
        Assert.Equal(HttpStatusCode.InternalServerError, (await minimal.GetAsync("poison")).Status);
        Assert.Equal(HttpStatusCode.OK, (await minimal.GetAsync("state")).Status);
        Assert.Equal(2, minimal.Host.Starts);
    }

    [Fact]
    public async Task The_third_crash_ends_the_host()
    {
        await using var minimal = await MinimalHost.StartAsync();
        for (var crash = 0; crash < 3; crash++)
            await minimal.GetAsync("poison");
        await Assert.ThrowsAnyAsync<HttpRequestException>(async () =>
        {
            for (var tries = 0; tries < 100; tries++, await Task.Delay(50))
                await minimal.GetAsync("state");
        });
        Assert.Equal(3, minimal.Host.Starts);
    }

    [Fact]
    public async Task What_outlasts_functionTimeout_and_obeys_is_500_and_harms_nobody_else()
    {
        await using var minimal = await MinimalHost.StartAsync();
        var watch = Stopwatch.StartNew();
        Assert.Equal(HttpStatusCode.InternalServerError, (await minimal.GetAsync("slow?ms=60000")).Status);
        Assert.InRange(watch.Elapsed.TotalSeconds, 2.9, 6);
        Assert.Equal((1, 1), (minimal.Host.Starts, (await minimal.StateAsync()).GetProperty("cancelled").GetInt32()));
    }

    [Fact]
    public async Task What_outlasts_functionTimeout_and_does_not_obey_costs_the_worker_but_not_the_requests_that_run()
    {
        await using var minimal = await MinimalHost.StartAsync();
        var deaf = minimal.GetAsync("slow?ms=60000&deaf");
        await Task.Delay(3500);
        var running = minimal.GetAsync("slow?ms=2500");
        Assert.Equal(HttpStatusCode.InternalServerError, (await deaf).Status);
        Assert.Equal(HttpStatusCode.OK, (await running).Status);
        for (var tries = 0; tries < 200 && (await minimal.GetAsync("state")).Status != HttpStatusCode.OK; tries++)
            await Task.Delay(50);
        Assert.Equal(2, minimal.Host.Starts);
    }

    [Fact]
    public async Task A_client_that_goes_away_is_seen_by_both_of_the_functions_tokens()
    {
        await using var minimal = await MinimalHost.StartAsync();
        await minimal.StateAsync();
        using var leaving = new CancellationTokenSource(800);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => minimal.Http.GetAsync("slow?ms=2500&deaf", leaving.Token));
        await Task.Delay(500);
        var state = await minimal.StateAsync();
        Assert.Equal((1, 1), (state.GetProperty("cancelled").GetInt32(), state.GetProperty("aborted").GetInt32()));
    }

    [Fact]
    public async Task A_timer_gets_what_the_host_knows_of_its_schedule_and_fails_by_throwing()
    {
        await using var minimal = await MinimalHost.StartAsync();
        Assert.True((await minimal.Host.FireAsync("tick")).Succeeded);
        Assert.StartsWith("2026-11-28T03:00:00", (await minimal.StateAsync()).GetProperty("timer").GetString(), StringComparison.Ordinal);
        for (var tick = 0; tick < 2; tick++)
            Assert.False((await minimal.Host.FireAsync("tock")).Succeeded);
        Assert.Equal(1, minimal.Host.Starts);
    }

    [Fact]
    public async Task A_stop_lets_requests_finish_and_the_worker_ends_by_itself()
    {
        await using var minimal = await MinimalHost.StartAsync();
        var running = minimal.GetAsync("slow?ms=2000");
        await Task.Delay(300);
        Assert.Equal(0, await minimal.Host.StopAsync());
        Assert.Equal("done", (await running).Body);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => minimal.GetAsync("state"));
    }

    [Fact]
    public async Task SIGTERM_lets_requests_of_the_worker_finish()
    {
        await using var minimal = await MinimalHost.StartAsync();
        await minimal.StateAsync();
        var running = minimal.GetAsync("slow?ms=1500");
        await Task.Delay(300);
        var process = minimal.Host.Process;
        process.Terminate();
        Assert.Equal("done", (await running).Body);
        Assert.Equal(0, await process.Exited);
    }
}

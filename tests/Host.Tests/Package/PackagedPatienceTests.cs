using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Postern.Tests;

/// <summary>The packaged server over a table service that takes connections and never answers: whoever waits can stop waiting.</summary>
public sealed class PackagedPatienceTests(SilentStorage silent) : IClassFixture<SilentStorage>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1.5);

    private readonly PosternHost server = silent.Server;

    [Theory]
    [InlineData("/health/ready")]
    [InlineData("/authorize?client_id=web")]
    public async Task What_outlasts_functionTimeout_is_500_and_costs_neither_the_worker_nor_anybody_else(string path)
    {
        var watch = Stopwatch.StartNew();
        var late = server.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/health/live")).Status);
        Assert.Equal(HttpStatusCode.InternalServerError, (await late).Status);
        Assert.InRange(watch.Elapsed, SilentStorage.FunctionTimeout * 0.95, SilentStorage.FunctionTimeout + TimeSpan.FromSeconds(3));
        await StillWellAsync();
    }

    [Theory]
    [InlineData("/health/ready")]
    [InlineData("/authorize?client_id=web")]
    public async Task A_client_that_goes_away_is_not_worked_for_any_longer(string path)
    {
        using var leaving = new CancellationTokenSource(400);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => server.Http.GetAsync(path, leaving.Token));
        await StillWellAsync();
    }

    [Fact]
    public async Task A_timer_that_hangs_is_cancelled_and_the_next_tick_runs_at_once()
    {
        for (var tick = 0; tick < 2; tick++)
            Assert.False((await server.Host.FireAsync("sweep")).Succeeded);
        await StillWellAsync();
    }

    private async Task StillWellAsync()
    {
        var watch = Stopwatch.StartNew();
        while (server.Host.Invocations.Running > 0 && watch.Elapsed < Soon)
            await Task.Delay(20);
        Assert.Equal(0, server.Host.Invocations.Running);
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/health/live")).Status);
        Assert.Equal(1, server.Host.Starts);
    }
}

/// <summary>The server, and a port on which connections wait to be accepted.</summary>
public sealed class SilentStorage : IAsyncLifetime
{
    public static readonly TimeSpan FunctionTimeout = TimeSpan.FromSeconds(3);

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);

    public PosternHost Server { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        listener.Start();
        var storage = $"AccountName=silent;AccountKey={Convert.ToBase64String(new byte[32])};TableEndpoint=http://{listener.LocalEndpoint}";
        Server = await PosternHost.StartAsync(null, ("POSTERN_STORAGE", storage), ("AzureFunctionsJobHost__functionTimeout", $"{FunctionTimeout}"));
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        listener.Dispose();
    }
}

using System.Diagnostics;
using System.Net;
using Postern.FunctionsHost;

namespace Postern.Tests;

/// <summary>
/// From exec to the first answers, and resident memory: the packaged worker beside a minimal one under the same host, and
/// beside the same package without a host, in turns. Not a test: <c>tests/bench/start</c> runs it.
/// </summary>
public sealed class StartBenchmark(ITestOutputHelper output)
{
    private const int Rounds = 7;

    // What tests/bench/start has published as Postern is.
    private static readonly string Minimal = Path.Combine(Checkout.Folder, "artifacts/bench/minimal");

    private readonly Dictionary<string, List<double>> measured = [];

    [Fact(Explicit = true)]
    public async Task Start()
    {
        await using var deployment = await Deployment.StartAsync();
        var wrapped = new Dictionary<string, string>(deployment.Settings) { ["POSTERN_SIGNING"] = "wrapped" };
        for (var round = 0; round < Rounds; round++)
        {
            await MinimalAsync();
            await WorkerAsync(wrapped);
            await AloneAsync(deployment);
        }
        var minimal = Median("minimal worker: first answer, ms");
        foreach (var name in measured.Keys)
            output.WriteLine($"{name,-44} {Median(name),8:F0}{(name.EndsWith("ms", StringComparison.Ordinal) ? $"  {Median(name) / minimal,6:F2}" : "")}");
        output.WriteLine($"own part of the first token, of the minimal worker's first answer: {(Median("worker: first token, ms") - minimal) / minimal:F2}");
    }

    private async Task MinimalAsync()
    {
        var started = Stopwatch.GetTimestamp();
        await using var host = await TestHost.StartAsync(Minimal, new Dictionary<string, string> { ["TOCK"] = "0 */5 * * * *" });
        Add("minimal worker: speaks to the host, ms", Stopwatch.GetElapsedTime(started, host.Log.StartedAt));
        using var http = MinimalHost.Client(new Uri(host.Address, "/minimal/"));
        using var answer = await http.GetAsync("state");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Add("minimal worker: first answer, ms", Stopwatch.GetElapsedTime(started));
        Add("minimal worker: memory, MB", host.Process);
    }

    private async Task WorkerAsync(Dictionary<string, string> settings)
    {
        var started = Stopwatch.GetTimestamp();
        await using var host = await TestHost.StartAsync(Deployment.Package, settings);
        Add("worker: speaks to the host, ms", Stopwatch.GetElapsedTime(started, host.Log.StartedAt));
        await AskAsync(new Through(host.Address), "worker", started);
        Add("worker: memory, MB", host.Process);
    }

    private async Task AloneAsync(Deployment deployment)
    {
        var started = Stopwatch.GetTimestamp();
        await using var server = await AloneServer.StartAsync(deployment);
        await AskAsync(server, "alone", started);
        Add("alone: memory, MB", server.Process);
    }

    private async Task AskAsync(RemoteServer server, string name, long started)
    {
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/.well-known/openid-configuration")).Status);
        Add($"{name}: first discovery, ms", Stopwatch.GetElapsedTime(started));
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync("/token", "web", ("grant_type", "client_credentials"))).Status);
        Add($"{name}: first token, ms", Stopwatch.GetElapsedTime(started));
    }

    private void Add(string name, TimeSpan time) => Add(name, time.TotalMilliseconds);

    private void Add(string name, WorkerProcess process) => Add(name, process.ResidentMemory() / 1e6);

    private void Add(string name, double value)
    {
        if (!measured.TryGetValue(name, out var values))
            measured[name] = values = [];
        values.Add(value);
    }

    private sealed class Through(Uri address) : RemoteServer(address);

    private double Median(string name) => measured[name].Order().ElementAt(measured[name].Count / 2);
}

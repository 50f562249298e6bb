using System.Net;
using System.Net.Sockets;
using Postern.FunctionsHost;

namespace Postern.Tests;

/// <summary>The packaged server without a Functions host: a container, or a virtual machine.</summary>
public sealed class AloneServer : RemoteServer, IAsyncDisposable
{
    private AloneServer(Uri address, WorkerProcess process)
        : base(address) => Process = process;

    public WorkerProcess Process { get; }

    public static async Task<AloneServer> StartAsync(Deployment deployment)
    {
        var address = $"http://127.0.0.1:{FreePort()}";
        var settings = new Dictionary<string, string>(deployment.Settings) { ["POSTERN_LISTEN"] = address };
        var process = WorkerProcess.Start(Path.Combine(Deployment.Package, "postern-server.dll"), Path.GetTempPath(), [], settings, _ => { });
        var server = new AloneServer(new Uri(address), process);
        while (!process.Exited.IsCompleted && !await server.AnswersAsync())
            await Task.Delay(5);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        Process.Kill();
        await Process.Exited;
        Http.Dispose();
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            return (await GetAsync("/.well-known/openid-configuration")).Status == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Postern.Tests;

/// <summary>Something on a loopback port that answers each connection as it likes: as no web server would, for instance.</summary>
public sealed class Peer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stopping = new();
    private readonly Func<string, NetworkStream, CancellationToken, Task> answer;
    private readonly Task running;
    private int connections;

    private Peer(Func<string, NetworkStream, CancellationToken, Task> answer)
    {
        this.answer = answer;
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        running = RunAsync();
    }

    public int Port { get; }

    public string Address => $"http://127.0.0.1:{Port}";

    public Uri Uri => new($"{Address}/jwks?tenant=1");

    /// <summary>How often it was called.</summary>
    public int Connections => connections;

    /// <summary>The requests, headers and all.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>Answers each path with a body that may change from time to time; null: 404.</summary>
    public static Peer Serving(Func<Peer, string, string?> bodyOf)
    {
        Peer? peer = null;
        return peer = new Peer((request, stream, stopping) =>
        {
            var body = bodyOf(peer!, request.Split(' ')[1]);
            var status = body is null ? "404 Not Found" : "200 OK";
            return WriteAsync(stream, $"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {body?.Length ?? 0}\r\n\r\n{body}", stopping);
        });
    }

    /// <summary>Answers with a status line, headers and a body as they are.</summary>
    public static Peer Answering(string status, string headers, string body) =>
        new((_, stream, stopping) => WriteAsync(stream, $"HTTP/1.1 {status}\r\nConnection: close\r\n{headers}\r\n{body}", stopping));

    /// <summary>Answers <paramref name="first"/>, and then blanks, one at a time, for ever.</summary>
    public static Peer Dripping(string first) =>
        new(async (_, stream, stopping) =>
        {
            await WriteAsync(stream, first, stopping);
            while (true)
            {
                await WriteAsync(stream, " ", stopping);
                await Task.Delay(20, stopping);
            }
        });

    public static async Task WriteAsync(Stream stream, string text, CancellationToken stopping) =>
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text), stopping);

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Dispose();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stopping.Dispose();
    }

    private async Task RunAsync()
    {
        while (true)
        {
            var client = await listener.AcceptTcpClientAsync(stopping.Token);
            Interlocked.Increment(ref connections);
            _ = AnswerAsync(client);
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            var stream = client.GetStream();
            var block = new byte[4096];
            var request = "";
            try
            {
                while (!request.Contains("\r\n\r\n", StringComparison.Ordinal))
                    request += Encoding.ASCII.GetString(block, 0, await stream.ReadAsync(block, stopping.Token));
                Requests.Add(request);
                await answer(request, stream, stopping.Token);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // The other end has had enough, or the test has.
            }
        }
    }
}

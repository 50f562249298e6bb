using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Postern.Tests;

/// <summary>Ends TLS in front of a server, as whatever stands in front of Postern does.</summary>
internal sealed class TlsFront : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);

    public TlsFront() => listener.Start();

    public string Address => $"https://localhost:{((IPEndPoint)listener.LocalEndpoint).Port}";

    public void Dispose() => listener.Dispose();

    public async Task ForwardToAsync(Uri server)
    {
        try
        {
            while (true)
                _ = ServeAsync(await listener.AcceptTcpClientAsync(), server);
        }
        catch (Exception ended) when (ended is ObjectDisposedException or SocketException) { }
    }

    private static async Task ServeAsync(TcpClient client, Uri server)
    {
        using var _ = client;
        using var behind = new TcpClient();
        try
        {
            await using var outside = new SslStream(client.GetStream());
            await outside.AuthenticateAsServerAsync(Trust.Certificate);
            await behind.ConnectAsync(server.Host, server.Port);
            var inside = behind.GetStream();
            await await Task.WhenAny(outside.CopyToAsync(inside), inside.CopyToAsync(outside));
        }
        catch (IOException)
        {
            // Either side may hang up whenever it likes.
        }
    }
}

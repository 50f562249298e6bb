using System.Net;
using System.Net.Sockets;
using Postern.Protocol;

namespace Postern.Server;

/// <summary>
/// Connections to where others may be: the addresses of a name are looked up here, judged, and connected to as they are, so that no
/// second look-up can lead elsewhere (DNS rebinding).
/// </summary>
/// <param name="allowsLoopback">Whether this machine is one of those places.</param>
/// <param name="resolve">Looks up a name; null: as the machine does.</param>
/// <param name="connect">Connects to one of the addresses; null: by TCP.</param>
internal sealed class OutboundConnections(
    bool allowsLoopback,
    Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null,
    Func<IPAddress[], int, CancellationToken, Task<Stream>>? connect = null
)
{
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> resolve = resolve ?? Dns.GetHostAddressesAsync;
    private readonly Func<IPAddress[], int, CancellationToken, Task<Stream>> connect = connect ?? ConnectByTcpAsync;

    /// <summary>What can be told without a look-up.</summary>
    public bool MayCall(Uri uri) => FetchedUri.LooksFetchable(uri) && (allowsLoopback || !uri.IsLoopback);

    /// <exception cref="HttpRequestException">The name leads to an address, if only one of them, that is none of the public internet.</exception>
    public async Task<Stream> ConnectAsync(DnsEndPoint endPoint, CancellationToken cancellation)
    {
        var addresses = await resolve(endPoint.Host, cancellation);
        if (addresses.Length == 0 || !addresses.All(MayConnect))
            throw new HttpRequestException($"{Shown.Text(endPoint.Host)} has no address, or one that is not public");
        return await connect(addresses, endPoint.Port, cancellation);
    }

    private bool MayConnect(IPAddress address) => PublicAddress.IsPublic(address) || (allowsLoopback && PublicAddress.IsLoopback(address));

    private static async Task<Stream> ConnectByTcpAsync(IPAddress[] addresses, int port, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Postern.Tests;

/// <summary>A connection that sends bytes as they are, one a character.</summary>
internal static class Raw
{
    /// <returns>What came back until the server closed or two seconds without a byte had passed.</returns>
    public static async Task<string> SendAsync(Uri address, string bytes, TimeSpan? patience = null)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, address.Port);
        var stream = client.GetStream();
        var answer = new StringBuilder();
        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(bytes));
            var buffer = new byte[4096];
            while (await ReadAsync(stream, buffer, patience ?? TimeSpan.FromSeconds(2)) is > 0 and var read)
                answer.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }
        catch (Exception end) when (end is IOException or TimeoutException)
        {
            // What has come is the answer.
        }
        return answer.ToString();
    }

    private static Task<int> ReadAsync(NetworkStream stream, byte[] buffer, TimeSpan patience) => stream.ReadAsync(buffer).AsTask().WaitAsync(patience);
}

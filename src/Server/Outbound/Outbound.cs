using System.Net;
using System.Net.Http.Headers;
using Postern.Protocol;

namespace Postern.Server;

/// <summary>
/// Every request that this server makes to a URL which a client or an operator gave: https to public addresses, no redirect, few
/// seconds, few bytes. Where there is no usable answer there is null, and the reason in the log.
/// </summary>
internal sealed class Outbound : IDisposable
{
    // From the name to the last byte: whoever sends one byte at a time is cut off too.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private const int MaxHeadersInKilobytes = 16;

    private readonly HttpClient http;
    private readonly OutboundConnections connections;
    private readonly TimeSpan patience;
    private readonly ILogger logger;

    /// <param name="options">Whether the server itself is on this machine alone: then it may call others there, by http too.</param>
    /// <param name="logger">Gets the reasons.</param>
    /// <param name="connections">How names are resolved; null: as the machine does.</param>
    /// <param name="patience">How long one request may take; null: five seconds.</param>
    public Outbound(ServerOptions options, ILogger logger, OutboundConnections? connections = null, TimeSpan? patience = null)
    {
        (this.logger, this.patience) = (logger, patience ?? Patience);
        this.connections = connections ?? new OutboundConnections(new Uri(options.Issuer).IsLoopback);
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancellation) => await this.connections.ConnectAsync(context.DnsEndPoint, cancellation),
            // It would resolve and connect in our place.
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            // Small bodies can unpack to large ones.
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            MaxResponseHeadersLength = MaxHeadersInKilobytes,
            MaxResponseDrainSize = 0,
            MaxConnectionsPerServer = 16,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        };
        http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("Postern", null));
    }

    /// <summary>The body of a 200.</summary>
    /// <returns>Null: nothing usable.</returns>
    public Task<byte[]?> GetAsync(Uri uri, int maxBytes, CancellationToken cancellation) =>
        TryAsync<byte[]?>(uri, async deadline =>
        {
            using var response = await http.GetAsync(uri, HttpCompletionOption.ResponseHeadersRead, deadline);
            return response.StatusCode == HttpStatusCode.OK
                ? await ReadAsync(response.Content, maxBytes, deadline)
                : throw new HttpRequestException($"it answered {(int)response.StatusCode}");
        }, cancellation);

    /// <summary>The status of the answer, whose body is not read.</summary>
    /// <returns>Null: nobody answered.</returns>
    public Task<int?> PostAsync(Uri uri, HttpContent content, AuthenticationHeaderValue? authorization, CancellationToken cancellation) =>
        TryAsync<int?>(uri, async deadline =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, uri) { Content = content };
            request.Headers.Authorization = authorization;
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline);
            return (int)response.StatusCode;
        }, cancellation);

    public void Dispose() => http.Dispose();

    private async Task<T?> TryAsync<T>(Uri uri, Func<CancellationToken, Task<T>> send, CancellationToken cancellation)
    {
        if (!connections.MayCall(uri))
            return Fail<T>(uri, "it is not an https URL of a public host without user information and fragment");
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(patience);
        try
        {
            return await send(deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Fail<T>(uri, $"it took more than {patience.TotalSeconds} seconds");
        }
        // The socket's own, and the handler's of what it reads, have the reason inside.
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return Fail<T>(uri, exception.GetBaseException().Message);
        }
    }

    private static async Task<byte[]> ReadAsync(HttpContent content, int maxBytes, CancellationToken cancellation)
    {
        using var body = new MemoryStream();
        var block = new byte[4096];
        await using var stream = await content.ReadAsStreamAsync(cancellation);
        while (await stream.ReadAsync(block, cancellation) is > 0 and var read)
        {
            if (body.Length + read > maxBytes)
                throw new HttpRequestException($"it answered with more than {maxBytes} bytes");
            body.Write(block, 0, read);
        }
        return body.ToArray();
    }

    private T? Fail<T>(Uri uri, string reason)
    {
        logger.NotReached(Shown.Uri(uri.ToString()), reason);
        return default;
    }
}

internal static partial class OutboundLog
{
    [LoggerMessage(10, LogLevel.Warning, "Calling {Uri} failed: {Reason}")]
    public static partial void NotReached(this ILogger logger, string uri, string reason);
}

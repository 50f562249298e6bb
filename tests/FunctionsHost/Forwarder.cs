using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Postern.FunctionsHost;

/// <summary>Passes a request on and its answer back as the host's proxy does: what it drops, replaces, joins and keeps.</summary>
internal sealed partial class Forwarder : IDisposable
{
    private const int Tries = 10;

    private static readonly HashSet<string> Dropped = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
        "Host", "Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Prefix", "x-ms-invocation-id", "Expect",
    };

    private readonly HttpMessageInvoker http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
    });

    public void Dispose() => http.Dispose();

    /// <summary>Answers as the worker does. A connection that is refused or breaks is tried again, unless the function has failed.</summary>
    /// <returns>False when there was no answer, or no whole one.</returns>
    public async Task<bool> TryForwardAsync(HttpContext context, Uri worker, string invocationId, Task<Outcome> invocation)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                using var request = Request(context.Request, worker, invocationId);
                using var response = await http.SendAsync(request, context.RequestAborted);
                await CopyAsync(response, context);
                return true;
            }
            catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException or InvalidOperationException)
            {
                var hasFailed = invocation is { IsCompletedSuccessfully: true, Result.Succeeded: false };
                if (tries == Tries || hasFailed || context.Response.HasStarted || context.RequestAborted.IsCancellationRequested)
                    return false;
                var pause = Task.Delay(TimeSpan.FromMilliseconds(Math.Min(50 << (tries - 1), 250)));
                // Whoever fails meanwhile ends the wait.
                await Task.WhenAny(pause, invocation.ContinueWith(ended => ended.Result.Succeeded ? pause : Task.CompletedTask, TaskScheduler.Default).Unwrap());
            }
        }
    }

    private static HttpRequestMessage Request(HttpRequest from, Uri worker, string invocationId)
    {
        // What is not allowed in a path is encoded, a percent sign too; Uri does so for a query, and keeps the rest of it.
        var path = NotAllowedInPath().Replace(from.Path.Value!, match => Uri.EscapeDataString(match.Value));
        var request = new HttpRequestMessage(new HttpMethod(from.Method), new Uri(worker, "/") + path[1..] + from.QueryString)
        {
            Version = HttpVersion.Version11,
            Content = HasBody(from) ? new Body(from.Body) : null,
        };
        foreach (var (name, values) in from.Headers.Where(header => !Dropped.Contains(header.Key)))
            Add(request, name, string.Join(name.Equals("Cookie", StringComparison.OrdinalIgnoreCase) ? "; " : ", ", values.ToArray()));
        Add(request, "x-ms-invocation-id", invocationId);
        Add(request, "X-Forwarded-For", from.HttpContext.Connection.RemoteIpAddress!.ToString());
        Add(request, "X-Forwarded-Host", from.Host.ToUriComponent());
        Add(request, "X-Forwarded-Proto", from.Scheme);
        return request;
    }

    private static bool HasBody(HttpRequest request) =>
        request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true;

    private static void Add(HttpRequestMessage request, string name, string value)
    {
        if (request.Headers.TryAddWithoutValidation(name, value))
            return;
        request.Content ??= new ByteArrayContent([]);
        request.Content.Headers.TryAddWithoutValidation(name, value);
    }

    private static async Task CopyAsync(HttpResponseMessage from, HttpContext context)
    {
        var to = context.Response;
        to.StatusCode = (int)from.StatusCode;
        foreach (var (name, values) in from.Headers.NonValidated.Concat(from.Content.Headers.NonValidated).Where(header => !Dropped.Contains(header.Key)))
            to.Headers[name] = new StringValues([.. values]);
        await using var body = await from.Content.ReadAsStreamAsync(context.RequestAborted);
        await PassAsync(body, to.Body, context.RequestAborted);
    }

    // Each piece as it comes.
    private static async Task PassAsync(Stream from, Stream to, CancellationToken cancellation)
    {
        var buffer = new byte[16 * 1024];
        while (await from.ReadAsync(buffer, cancellation) is > 0 and var read)
        {
            await to.WriteAsync(buffer.AsMemory(0, read), cancellation);
            await to.FlushAsync(cancellation);
        }
    }

    [GeneratedRegex(@"[^A-Za-z0-9\-._~!$&'()*+,;=:@/]+")]
    private static partial Regex NotAllowedInPath();

    /// <summary>The bytes as they come in, which can be sent once.</summary>
    private sealed class Body(Stream from) : HttpContent
    {
        private bool sent;

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            if (sent)
                throw new HttpRequestException("The body has been sent.");
            sent = true;
            // The headers do not wait for the body: else a worker that is told to stop meanwhile would know of no request.
            await stream.FlushAsync();
            await PassAsync(from, stream, default);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}

using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Postern.Storage;

/// <summary>Around all tries of a request: makes exceptions of ours out of what they end in, before the client throws its own.</summary>
internal sealed class OutcomePolicy : AsynchronousPolicy
{
    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        try
        {
            await ProcessNextAsync(message, pipeline);
        }
        catch (Exception e) when (TableOutageException.Is(e))
        {
            throw TableOutageException.Of(e, TryPolicy.MayBeWritten(message));
        }
        var status = message.Response.Status;
        // Without the service's code a gateway knows no such path, which says nothing of rows.
        if (status == 404 && TableException.Code(message.Response) is null)
            throw TableOutageException.OfGateway(404, TryPolicy.MayBeWritten(message));
        if (status >= 400 && !IsMissing(message))
            throw new TableException(message);
        // The service answers a write with 201 or 204.
        if (status is < 400 and not (201 or 204) && message.Request.Method != RequestMethod.Get)
            throw TableOutageException.OfGateway(status, mayBeWritten: true);
    }

    // Of these the client makes answers. A delete that was tried before may have been carried out then.
    private static bool IsMissing(HttpMessage message) =>
        message.Response.Status == 404
        && !TryPolicy.MayBeWritten(message)
        && (message.Request.Method == RequestMethod.Get || message.Request.Method == RequestMethod.Delete);
}

/// <summary>Around each try: remembers whether one may have been carried out though its answer says otherwise, or never came.</summary>
internal sealed class TryPolicy : AsynchronousPolicy
{
    public static bool MayBeWritten(HttpMessage message) => message.TryGetProperty(typeof(TryPolicy), out _);

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        try
        {
            await ProcessNextAsync(message, pipeline);
        }
        catch (Exception e) when (!IsRefusal(e) && !WasNeverSent(e))
        {
            Remember(message);
            throw;
        }
        if (message.Response.Status is 408 or >= 500 && TableException.Code(message.Response) != "ServerBusy")
            Remember(message);
    }

    private static void Remember(HttpMessage message)
    {
        if (message.Request.Method != RequestMethod.Get)
            message.SetProperty(typeof(TryPolicy), true);
    }

    private static bool IsRefusal(Exception exception) => exception is RequestFailedException { Status: > 0 };

    private static bool WasNeverSent(Exception exception) =>
        (exception as RequestFailedException)?.InnerException is HttpRequestException
        {
            HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
                or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
        };
}

/// <summary>The tables are asked asynchronously alone.</summary>
internal abstract class AsynchronousPolicy : HttpPipelinePolicy
{
    public sealed override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        throw new NotSupportedException("Table Storage is only asked asynchronously.");
}

using Azure;
using Postern.Protocol;

namespace Postern.Server;

/// <summary>
/// The one place where surprises become answers: throttling and outages of Azure are <c>temporarily_unavailable</c>,
/// a request that cannot be read is <c>invalid_request</c>, everything else is <c>server_error</c>.
/// </summary>
internal sealed class ErrorBoundary(InteractionPages pages, ILogger logger)
{
    public async Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is waiting for an answer.
        }
        catch (Exception exception) when (!http.Response.HasStarted)
        {
            await AnswerAsync(http, exception);
        }
    }

    private async Task AnswerAsync(HttpContext http, Exception exception)
    {
        http.Response.Clear();
        if (exception is BadHttpRequestException bad)
        {
            var isTooLarge = bad.StatusCode == StatusCodes.Status413PayloadTooLarge;
            var unreadable = OAuthError.InvalidRequest(isTooLarge ? "The request body is too large." : "The request cannot be read.");
            logger.Refused(http, null, unreadable);
            await Answer(http, unreadable, bad.StatusCode).ExecuteAsync(http);
            return;
        }
        var error = Map(exception);
        if (error.Code == "server_error")
            logger.LogError(exception, "{Path} failed", http.Request.Path);
        else
            logger.LogWarning("{Path} is held up: {Reason}", http.Request.Path, error.Reason);
        await Answer(http, error, error.Status).ExecuteAsync(http);
    }

    private IResult Answer(HttpContext http, OAuthError error, int status) =>
        http.GetEndpoint()?.Metadata.GetMetadata<ForPeople>() is null
            ? new ErrorResponse(error, status: status)
            : pages.Refuse(http, new PageError(error.Description, error.Reason) { Status = status });

    /// <summary>What a surprise is called to the outside.</summary>
    public static OAuthError Map(Exception exception) =>
        exception switch
        {
            RequestFailedException { Status: 408 or 429 or >= 500 or 0 } azure => Outage(azure),
            // A pipeline that gave up after its own retries.
            AggregateException { InnerExceptions: [.., RequestFailedException { Status: 0 or 408 or 429 or >= 500 } azure] } => Outage(azure),
            TaskCanceledException or TimeoutException => OAuthError.TemporarilyUnavailable("timed out"),
            _ => OAuthError.ServerError(exception.GetType().Name),
        };

    private static OAuthError Outage(RequestFailedException azure) =>
        OAuthError.TemporarilyUnavailable($"{azure.Status} {azure.ErrorCode}");
}

/// <summary>Marks endpoints whose errors are pages.</summary>
internal sealed class ForPeople;

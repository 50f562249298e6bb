using Azure;
using Azure.Identity;
using Postern.Protocol;
using Postern.Storage;

namespace Postern.Server;

/// <summary>
/// The one place where surprises become answers: throttling and outages of Azure are <c>temporarily_unavailable</c>,
/// a request that cannot be read is <c>invalid_request</c>, everything else is <c>server_error</c>.
/// </summary>
internal sealed class ErrorBoundary(InteractionPages pages, ILogger logger)
{
    // In seconds: clients should not be sent away for long by a number that nobody here has chosen.
    private const int MaxWait = 300;

    /// <param name="http">The request.</param>
    /// <param name="isForPeople">Whether errors are pages.</param>
    /// <param name="answer">Answers it.</param>
    public async Task RunAsync(HttpContext http, bool isForPeople, Func<Task> answer)
    {
        try
        {
            await answer();
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is waiting, or the Functions host has lost patience: then this must not look like success.
            if (http.Response.HasStarted)
                return;
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            http.Response.RetryAfter(OAuthError.TemporarilyUnavailable("").RetryAfter);
        }
        catch (Exception exception) when (!http.Response.HasStarted)
        {
            await AnswerAsync(http, isForPeople, exception);
        }
    }

    private async Task AnswerAsync(HttpContext http, bool isForPeople, Exception exception)
    {
        http.Response.Clear();
        if (exception is BadHttpRequestException bad)
        {
            var isTooLarge = bad.StatusCode == StatusCodes.Status413PayloadTooLarge;
            var unreadable = OAuthError.InvalidRequest(isTooLarge ? "The request body is too large." : "The request cannot be read.");
            if (!isForPeople)
                logger.Refused(http, null, unreadable);
            await Answer(http, isForPeople, unreadable, bad.StatusCode).ExecuteAsync(http);
            return;
        }
        // A page's refusal is logged with its reference, and an outage is one line.
        var error = isForPeople && Map(exception) is { Status: StatusCodes.Status503ServiceUnavailable } outage
            ? outage
            : Report(http.Request.Path, exception, logger);
        await Answer(http, isForPeople, error, error.Status).ExecuteAsync(http);
    }

    private IResult Answer(HttpContext http, bool isForPeople, OAuthError error, int status) =>
        isForPeople ? pages.Refuse(http, PageError.Of(error, status)) : new ErrorResponse(error, status: status);

    /// <summary>Logs a surprise, an outage in one line, and says what it is called to the outside.</summary>
    /// <param name="what">The request's path, or the work that failed.</param>
    /// <param name="exception">The surprise.</param>
    /// <param name="logger">For operators.</param>
    public static OAuthError Report(string? what, Exception exception, ILogger logger)
    {
        var error = Map(exception);
        if (error.Status == StatusCodes.Status503ServiceUnavailable)
            logger.LogWarning("{What} is held up: {Reason}", what, error.Reason);
        else
            logger.LogError(exception, "{What} failed", what);
        return error;
    }

    /// <summary>What it is called to the outside, where it is logged as something else.</summary>
    public static OAuthError Map(Exception exception) =>
        exception switch
        {
            RequestFailedException { Status: 408 or 429 or >= 500 or 0 } azure => Outage(azure),
            AuthenticationFailedException identity => OAuthError.TemporarilyUnavailable($"no token for the app's identity: {FirstLine(identity)}"),
            OperationCanceledException or TimeoutException => OAuthError.TemporarilyUnavailable("timed out"),
            _ => OAuthError.ServerError(exception.GetType().Name),
        };

    // Without a status nobody has answered, and only the message says why.
    private static OAuthError Outage(RequestFailedException azure)
    {
        var reason = azure.Status == 0 ? FirstLine(azure) : $"{azure.Status} {azure.ErrorCode}";
        var error = OAuthError.TemporarilyUnavailable(reason);
        return azure.GetRawResponse() is { } response && RetryAfter.Of(response) is { } wait
            ? error with { RetryAfter = TimeSpan.FromSeconds(Math.Clamp(Math.Ceiling(wait.TotalSeconds), 1, MaxWait)) }
            : error;
    }

    // The lines behind it repeat the response, headers and all.
    private static string FirstLine(Exception exception) => exception.Message.Split('\n', 2)[0].TrimEnd('\r');
}

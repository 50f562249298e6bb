using Postern.Protocol;

namespace Postern.Server;

/// <summary>One line for each refusal, with the exact reason. What a reason has of the request is <see cref="Shown"/>.</summary>
internal static partial class RefusalLog
{
    /// <summary>Logs a refusal that the client is told by its code.</summary>
    public static void Refused(this ILogger logger, HttpContext http, Client? client, OAuthError error) =>
        logger.Refused(http.Request.Path.Value ?? "", error.Code, client?.ClientId ?? "(none)", error.Reason);

    /// <summary>Logs it, if it is one, and answers the back channel with it.</summary>
    public static ErrorResponse Refuse(this ILogger logger, HttpContext http, Client? client, OAuthError error)
    {
        if (error.IsRefusal)
            logger.Refused(http, client, error);
        return new ErrorResponse(error);
    }

    /// <summary>Logs a refusal that a person reads, under the reference which the page shows.</summary>
    public static void Refused(this ILogger logger, HttpContext http, PageError error, string reference)
    {
        if (error.Status == StatusCodes.Status503ServiceUnavailable)
            logger.HeldUpPage(http.Request.Path.Value ?? "", error.Reason, reference);
        else
            logger.RefusedPage(http.Request.Path.Value ?? "", error.Reason, reference);
    }

    [LoggerMessage(1, LogLevel.Information, "{Path} refused {Error} for client {ClientId}: {Reason}")]
    private static partial void Refused(this ILogger logger, string path, string error, string clientId, string reason);

    [LoggerMessage(2, LogLevel.Information, "{Path} refused: {Reason} (reference {Reference})")]
    private static partial void RefusedPage(this ILogger logger, string path, string reason, string reference);

    /// <summary>The client gets less than it asked for, and has no error that would say so (RFC 6749 §3.3).</summary>
    [LoggerMessage(6, LogLevel.Information, "{Path} left out for client {ClientId}: {Reason}")]
    public static partial void LeftOut(this ILogger logger, string path, string clientId, string reason);

    [LoggerMessage(5, LogLevel.Warning, "{Path} is held up: {Reason} (reference {Reference})")]
    private static partial void HeldUpPage(this ILogger logger, string path, string reason, string reference);

    /// <summary>Somebody is asked on the back channel, and where they answer.</summary>
    [LoggerMessage(7, LogLevel.Information, "Client {ClientId} asks the person {Subject}, who answers at {Page}")]
    public static partial void Waits(this ILogger logger, string clientId, string subject, string page);

    /// <summary>A copy of a credential is about: somebody should look.</summary>
    [LoggerMessage(3, LogLevel.Warning, "Grant {Grant} of client {ClientId} revoked: {Reason}")]
    public static partial void Revoked(this ILogger logger, RowId grant, string clientId, string reason);

    /// <summary>An answer was lost on its way, or a client asks from two places at once; often, and somebody should look at the client.</summary>
    [LoggerMessage(4, LogLevel.Information, "Grant {Grant} of client {ClientId}: a refresh token was asked for again and yields number {Generation}")]
    public static partial void AskedAgain(this ILogger logger, RowId grant, string clientId, int generation);
}

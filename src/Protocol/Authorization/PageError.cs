namespace Postern.Protocol;

/// <summary>
/// A refusal before client and redirect URI are verified: a page for the person, for there is nowhere safe to send
/// them (RFC 6749 §4.1.2.1, RFC 9700 §4.11.2). It has no URL, so it cannot become a redirect.
/// </summary>
/// <param name="Message">What the person reads; never the request's input.</param>
/// <param name="Reason">What exactly was wrong, for the log.</param>
public sealed record PageError(string Message, string Reason)
{
    public int Status { get; init; } = 400;

    /// <summary>How long to wait where trying again helps (RFC 9110 §10.2.3); null where it does not.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The same refusal to a person as to a client.</summary>
    public static PageError Of(OAuthError error, int status) =>
        new(error.Description, error.Reason) { Status = status, RetryAfter = status == 503 ? error.RetryAfter : null };
}

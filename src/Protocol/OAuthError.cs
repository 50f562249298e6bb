namespace Postern.Protocol;

/// <summary>
/// A refusal in the words of the registry. One factory per code fixes code, status and the sentence on the wire;
/// the exact <see cref="Reason"/> is for the log alone. Where the RFC wants the client to be told what is wrong,
/// the factory's parameter is called <c>description</c> and must not contain the request's input.
/// </summary>
public sealed record OAuthError
{
    private OAuthError(string code, int status, string description, string? reason = null) =>
        (Code, Status, Description, Reason) = (code, status, description, reason ?? description);

    /// <summary>The registered <c>error</c> value.</summary>
    public string Code { get; private init; }

    /// <summary>HTTP status where the error is answered directly.</summary>
    public int Status { get; private init; }

    /// <summary><c>error_description</c>: printable ASCII without quote and backslash (RFC 6749 §5.2).</summary>
    public string Description { get; private init; }

    /// <summary>What exactly was wrong. Never sent.</summary>
    public string Reason { get; private init; }

    /// <summary>How long to wait where trying again helps (RFC 9110 §10.2.3).</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>False: nothing is wrong, and nobody need read of it in the log.</summary>
    public bool IsRefusal { get; private init; } = true;

    /// <summary>The same with more on the wire, a fixed text that tells a stranger nothing about clients or their secrets.</summary>
    public OAuthError Telling(string more) => this with { Description = $"{Description.TrimEnd('.')}: {more}" };

    /// <summary>The same with a reason for the log that says more than is sent.</summary>
    public OAuthError Because(string reason) => this with { Reason = reason };

    /// <summary>The same where credentials came in the Authorization header, which is answered by 401 and a challenge (RFC 6749 §5.2).</summary>
    public OAuthError OfHeader() => this with { Status = 401 };

    /// <summary>Malformed request (RFC 6749 §4.1.2.1, §5.2).</summary>
    public static OAuthError InvalidRequest(string description) => new("invalid_request", 400, description);

    /// <summary>The hint names nobody whom the server could ask (CIBA Core §13); one sentence for whatever reason.</summary>
    public static OAuthError UnknownUserId() => new("unknown_user_id", 400, "The hint names nobody who can be asked here.");

    /// <summary>The message is too long, or is not all to be seen (CIBA Core §13).</summary>
    public static OAuthError InvalidBindingMessage() =>
        new("invalid_binding_message", 400, "The binding_message must have 1 to 100 characters that can all be seen.");

    /// <summary>Client authentication failed (RFC 6749 §5.2); one sentence for every reason, so that nothing can be probed.</summary>
    public static OAuthError InvalidClient(string reason) => new("invalid_client", 400, "Client authentication failed.", reason);

    /// <summary>The code or refresh token is of no use (RFC 6749 §5.2).</summary>
    public static OAuthError InvalidGrant(string reason) =>
        new("invalid_grant", 400, "The grant is invalid, expired or revoked, or was issued to another client.", reason);

    /// <summary>The client may not use this grant or response type (RFC 6749 §4.1.2.1, §5.2).</summary>
    public static OAuthError UnauthorizedClient(string description) => new("unauthorized_client", 400, description);

    /// <summary>RFC 6749 §5.2.</summary>
    public static OAuthError UnsupportedGrantType() => new("unsupported_grant_type", 400, "This grant_type is not supported.");

    /// <summary>RFC 6749 §4.1.2.1.</summary>
    public static OAuthError UnsupportedResponseType() =>
        new("unsupported_response_type", 400, "Only the response_type code is supported.");

    /// <summary>RFC 6749 §3.3, §5.2.</summary>
    public static OAuthError InvalidScope(string description) => new("invalid_scope", 400, description);

    /// <summary>There is no token for that resource server, or none for this client (RFC 8693 §2.2.2, RFC 8707 §2).</summary>
    public static OAuthError InvalidTarget(string description) => new("invalid_target", 400, description);

    /// <summary>The person or the server said no (RFC 6749 §4.1.2.1, RFC 8628 §3.5).</summary>
    public static OAuthError AccessDenied(string description) => new("access_denied", 400, description);

    /// <summary>The person has not answered yet; the one answer of these that is no refusal (RFC 8628 §3.5).</summary>
    public static OAuthError AuthorizationPending() =>
        new("authorization_pending", 400, "The end-user has not answered yet.") { IsRefusal = false };

    /// <summary>The client asks too often, and has to wait five seconds more between two questions from now on (RFC 8628 §3.5).</summary>
    public static OAuthError SlowDown() => new("slow_down", 400, "Wait 5 seconds longer between two requests from now on.");

    /// <summary>The person took too long (RFC 8628 §3.5).</summary>
    public static OAuthError ExpiredToken() => new("expired_token", 400, "The end-user did not answer in time. Start again.");

    /// <summary>OpenID Connect Core §3.1.2.6.</summary>
    public static OAuthError LoginRequired(string reason) => new("login_required", 400, "The end-user has to sign in.", reason);

    /// <summary>OpenID Connect Core §3.1.2.6.</summary>
    public static OAuthError ConsentRequired() => new("consent_required", 400, "The end-user has to consent.");

    /// <summary>OpenID Connect Core §3.1.2.6.</summary>
    public static OAuthError RequestNotSupported() => new("request_not_supported", 400, "The request parameter is not supported.");

    /// <summary>OpenID Connect Core §3.1.2.6.</summary>
    public static OAuthError RequestUriNotSupported() =>
        new("request_uri_not_supported", 400, "The request_uri parameter is not supported.");

    /// <summary>An essential acr cannot be had here (OpenID Connect Unmet Authentication Requirements §2).</summary>
    public static OAuthError UnmetAuthenticationRequirements() =>
        new("unmet_authentication_requirements", 400, "The requested authentication context cannot be satisfied.");

    /// <summary>The bearer token is of no use (RFC 6750 §3.1).</summary>
    public static OAuthError InvalidToken(string reason) =>
        new("invalid_token", 401, "The access token is invalid, expired or revoked.", reason);

    /// <summary>RFC 6750 §3.1.</summary>
    public static OAuthError InsufficientScope(string description) => new("insufficient_scope", 403, description);

    /// <summary>Storage or keys are throttled or out of reach; trying again helps (RFC 6749 §4.1.2.1).</summary>
    public static OAuthError TemporarilyUnavailable(string reason) =>
        new("temporarily_unavailable", 503, "The server is busy. Try again shortly.", reason);

    /// <summary>RFC 6749 §4.1.2.1.</summary>
    public static OAuthError ServerError(string reason) => new("server_error", 500, "The server met an unexpected condition.", reason);
}

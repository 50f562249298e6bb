using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Postern.Protocol;

/// <summary>
/// An authentication request that a client makes on its back channel (CIBA Core §7.1), once it has passed every check that needs
/// neither the person nor a key.
/// </summary>
public sealed record BackchannelRequest
{
    /// <summary>So much fits a line on a telephone, and is more than a transaction code (§7.1).</summary>
    public const int MaxBindingMessage = 100;

    /// <summary>Longest <c>client_notification_token</c> (§7.1).</summary>
    public const int MaxNotificationToken = 1024;

    /// <summary>Until when the person can answer, where the client asks for nothing else, and at the latest.</summary>
    public static readonly TimeSpan MaxLifetime = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan MinLifetime = TimeSpan.FromSeconds(30);

    private static readonly string[] Hints = [LoginHint, Parameters.IdTokenHint, "login_hint_token"];

    private const string LoginHint = "login_hint";

    private BackchannelRequest() { }

    public required Scope Scope { get; init; }

    /// <summary>What the person has typed elsewhere as their login name; null: <see cref="IdTokenHint"/> says who it is.</summary>
    public required string? Login { get; init; }

    /// <summary>An ID token of this server for this client.</summary>
    public required string? IdTokenHint { get; init; }

    /// <summary>What the person sees on both devices, and compares.</summary>
    public required string? BindingMessage { get; init; }

    /// <summary>With what the client is to be told that there is an answer; null: it asks.</summary>
    public required string? NotificationToken { get; init; }

    public required TimeSpan ExpiresIn { get; init; }

    /// <summary>Has the hint, which is a token, so it says nothing.</summary>
    public override string ToString() => nameof(BackchannelRequest);

    /// <summary>
    /// What a client asks with that is notified. The notification has it again (§10.2), and rows have no secrets of ours: so it is
    /// made of the token that the client sent to be called with, and only an authenticated client can use it.
    /// </summary>
    public static Handle HandleOf(RowId row, string notificationToken) =>
        new(
            HandleKind.AuthenticationRequest,
            row,
            HMACSHA256.HashData(Encoding.UTF8.GetBytes(notificationToken), Encoding.UTF8.GetBytes($"auth_req_id {row}"))
        );

    /// <summary>Checks in the order of §7.1 and §7.2.</summary>
    public static Result<BackchannelRequest> Parse(RequestParameters parameters, Client client)
    {
        if (parameters["request"] is not null)
            return OAuthError.RequestNotSupported();
        if (!PendingAuthorization.ReadScope(parameters, client).Succeeds(out var scope, out var unscoped))
            return unscoped;
        if (!scope.Contains(Scope.OpenId))
            return OAuthError.InvalidScope("The scope must have openid (CIBA Core 7.1).");
        if ((RefusesHints(parameters) ?? RefusesMessage(parameters) ?? RefusesToken(parameters, client)) is { } refusal)
            return refusal;
        if (Expiry(parameters["requested_expiry"]) is not { } expiresIn)
            return OAuthError.InvalidRequest("requested_expiry must be a positive number of seconds.");
        return new BackchannelRequest
        {
            Scope = scope,
            Login = parameters[LoginHint],
            IdTokenHint = parameters[Parameters.IdTokenHint],
            BindingMessage = parameters["binding_message"],
            NotificationToken = client.NotificationEndpoint is null ? null : parameters["client_notification_token"],
            ExpiresIn = expiresIn,
        };
    }

    private static OAuthError? RefusesHints(RequestParameters parameters)
    {
        var hints = Hints.Where(name => parameters[name] is not null).ToList();
        if (hints.Count != 1)
            return OAuthError.InvalidRequest($"Send exactly one of {string.Join(", ", Hints)}.");
        return hints[0] == Hints[2] ? OAuthError.InvalidRequest("login_hint_token is not supported: send another hint.") : null;
    }

    private static OAuthError? RefusesMessage(RequestParameters parameters) =>
        parameters["binding_message"] is not { } message || (message.Length <= MaxBindingMessage && VisibleText.IsGood(message))
            ? null
            : OAuthError.InvalidBindingMessage();

    // Its syntax is that of a bearer token (RFC 6750 §2.1), for as one it is sent.
    private static OAuthError? RefusesToken(RequestParameters parameters, Client client)
    {
        if (client.NotificationEndpoint is null)
            return null;
        return parameters["client_notification_token"] is { Length: <= MaxNotificationToken } token
            && token.TrimEnd('=').All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~' or '+' or '/')
                ? null
                : OAuthError.InvalidRequest("client_notification_token is missing, too long or no bearer token, and the client is to be notified.");
    }

    // A client that asks for very little or very much gets the least and the most there is.
    private static TimeSpan? Expiry(string? requested)
    {
        if (requested is null)
            return Lifetime;
        if (!uint.TryParse(requested, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds == 0)
            return null;
        var asked = TimeSpan.FromSeconds(seconds);
        return asked < MinLifetime ? MinLifetime : asked > MaxLifetime ? MaxLifetime : asked;
    }
}

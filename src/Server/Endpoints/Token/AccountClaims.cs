using System.Text.Json;
using Postern.Protocol;

namespace Postern.Server;

/// <summary>The claims of a person that tokens and the userinfo response release.</summary>
internal static class AccountClaims
{
    /// <summary>
    /// Many client libraries look nowhere else, so what the scope releases at the userinfo endpoint is here too. Lean, as OpenID
    /// Connect Core §5.4 has it with an access token at hand, it is only what was asked for by name (§5.5).
    /// </summary>
    public static IEnumerable<KeyValuePair<string, JsonElement>> IdTokenClaims(this User user, Grant grant, Client client, Scope scope, bool lean) =>
        Released(user, lean ? Scope.Empty : scope, Requested(grant, client).IdToken);

    /// <summary>What the scope of the access token releases, and what was asked for by name.</summary>
    public static IEnumerable<KeyValuePair<string, JsonElement>> UserInfoClaims(this User user, Grant grant, Client client, Scope scope) =>
        Released(user, scope, Requested(grant, client).UserInfo);

    private static IEnumerable<KeyValuePair<string, JsonElement>> Released(User user, Scope scope, IReadOnlyCollection<string> requested) =>
        user.Claims.With(UserClaims.UpdatedAt, Number(user.UpdatedAt.ToUnixTimeSeconds())).Released(scope, requested);

    // Checked when it was stored, so it cannot be malformed now; but the client may be registered for less by now. Whoever has
    // exchanged a token has not asked for them.
    private static ClaimsRequest Requested(Grant grant, Client client) =>
        grant.IsOf(client) && ClaimsRequest.Parse(grant.ClaimsParameter).Succeeds(out var claims, out _)
            ? claims.Within(client.Scope)
            : ClaimsRequest.None;

    private static JsonElement Number(long number)
    {
        using var document = JsonDocument.Parse(number.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return document.RootElement.Clone();
    }
}

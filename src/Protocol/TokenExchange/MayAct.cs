using System.Text.Json;

namespace Postern.Protocol;

/// <summary>The <c>may_act</c> of a token: who alone may act for its subject, where it says so (RFC 8693 §4.4).</summary>
public static class MayAct
{
    public const string Claim = "may_act";

    /// <summary>Whether somebody may act for the subject of a token.</summary>
    /// <param name="mayAct">The claim; null: the token has none.</param>
    /// <param name="issuer">The token's issuer, who knows the actor unless the claim names another.</param>
    /// <param name="actor">The actor's <c>sub</c>.</param>
    /// <param name="actorIssuer">Who knows the actor by it.</param>
    public static bool Permits(JsonElement? mayAct, string issuer, string actor, string actorIssuer)
    {
        if (mayAct is not { } claim)
            return true;
        // What else it says of the actor cannot be looked at here, so it is not fulfilled.
        return claim.ValueKind == JsonValueKind.Object
            && claim.EnumerateObject().All(member => member.Name is "sub" or "iss" && member.Value.ValueKind == JsonValueKind.String)
            && claim.TryGetProperty("sub", out var subject)
            && subject.GetString() == actor
            && (claim.TryGetProperty("iss", out var named) ? named.GetString() : issuer) == actorIssuer;
    }
}

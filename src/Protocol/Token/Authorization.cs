using System.Text.Json;

namespace Postern.Protocol;

/// <summary>What a grant answers: what was authorized, and nothing of how it is signed or sent.</summary>
public sealed record Authorization
{
    /// <summary>The person, or the client itself.</summary>
    public required string Subject { get; init; }

    /// <summary>The scope of the access token.</summary>
    public required Scope Scope { get; init; }

    /// <summary>The grant; null for client credentials.</summary>
    public Grant? Grant { get; init; }

    /// <summary>The refresh token to hand out, if one is due.</summary>
    public Handle? RefreshToken { get; init; }

    /// <summary>Claims for the ID token that the client asked for by name.</summary>
    public IEnumerable<KeyValuePair<string, JsonElement>> IdTokenClaims { get; init; } = [];
}

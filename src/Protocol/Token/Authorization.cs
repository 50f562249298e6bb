using System.Text.Json;

namespace Postern.Protocol;

/// <summary>What a grant answers: what was authorized, and nothing of how it is signed or sent.</summary>
public sealed record Authorization
{
    /// <summary>The person, or the client itself.</summary>
    public required string Subject { get; init; }

    /// <summary>The scope of the access token.</summary>
    public required Scope Scope { get; init; }

    /// <summary>What the person granted; null for client credentials.</summary>
    public Grant? Grant { get; init; }

    /// <summary>The refresh token to hand out, if one is due.</summary>
    public Handle? RefreshToken { get; init; }

    /// <summary>The nonce for the ID token; a refreshed one has none (OpenID Connect Core §12.2).</summary>
    public string? Nonce { get; init; }

    /// <summary>Claims for the ID token that the client asked for by name.</summary>
    public IEnumerable<KeyValuePair<string, JsonElement>> IdTokenClaims { get; init; } = [];
}

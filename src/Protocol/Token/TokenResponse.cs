using System.Text.Json;

namespace Postern.Protocol;

/// <summary>The successful token response (RFC 6749 §5.1, OpenID Connect Core §3.1.3.3).</summary>
public sealed record TokenResponse
{
    public required string AccessToken { get; init; }

    public required TimeSpan ExpiresIn { get; init; }

    /// <summary>What was granted, whether or not it is what was asked for.</summary>
    public required Scope Scope { get; init; }

    /// <summary>One of <see cref="TokenTypes"/>; null where nothing was exchanged (RFC 8693 §2.2.1).</summary>
    public string? IssuedTokenType { get; init; }

    public string? RefreshToken { get; init; }

    public string? IdToken { get; init; }

    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteString("access_token", AccessToken);
        if (IssuedTokenType is not null)
            writer.WriteString("issued_token_type", IssuedTokenType);
        // Never N_A: whatever is issued in exchange is an access token.
        writer.WriteString("token_type", "Bearer");
        writer.WriteNumber("expires_in", (long)ExpiresIn.TotalSeconds);
        writer.WriteScope(Scope);
        if (RefreshToken is not null)
            writer.WriteString("refresh_token", RefreshToken);
        if (IdToken is not null)
            writer.WriteString("id_token", IdToken);
    }

    /// <summary>Holds tokens, so it says nothing.</summary>
    public override string ToString() => nameof(TokenResponse);
}

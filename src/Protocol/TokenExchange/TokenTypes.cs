namespace Postern.Protocol;

/// <summary>Token type identifiers (RFC 8693 §3).</summary>
public static class TokenTypes
{
    public const string AccessToken = "urn:ietf:params:oauth:token-type:access_token";
    public const string IdToken = "urn:ietf:params:oauth:token-type:id_token";
    public const string Jwt = "urn:ietf:params:oauth:token-type:jwt";
    public const string RefreshToken = "urn:ietf:params:oauth:token-type:refresh_token";

    /// <summary>What may be given in exchange. Refresh tokens are for the token endpoint, and say nothing of whom they come from.</summary>
    public static IReadOnlyList<string> Accepted { get; } = [AccessToken, IdToken, Jwt];

    /// <summary>What may be had: an access token, which is a JWT.</summary>
    public static IReadOnlyList<string> Issued { get; } = [AccessToken, Jwt];
}

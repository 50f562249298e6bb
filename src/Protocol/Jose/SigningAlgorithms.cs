namespace Postern.Protocol;

/// <summary>JWS algorithms that tokens are signed with (RFC 7518 §3.1). There is no <c>none</c> and no symmetric one.</summary>
public static class SigningAlgorithms
{
    public const string RS256 = "RS256";
    public const string PS256 = "PS256";
    public const string ES256 = "ES256";

    public static IReadOnlyList<string> All { get; } = [RS256, PS256, ES256];

    /// <summary>The key types that these need.</summary>
    public static IReadOnlyList<string> KeyTypes { get; } = [Jwk.Rsa, Jwk.EllipticCurve];

    /// <summary>The key type that an algorithm needs (RFC 7518 §3.1, §6.1).</summary>
    public static string KeyTypeOf(string algorithm) =>
        algorithm switch
        {
            RS256 or PS256 => Jwk.Rsa,
            ES256 => Jwk.EllipticCurve,
            _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "not a signing algorithm of this server"),
        };
}

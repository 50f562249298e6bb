using System.Security.Cryptography;
using System.Text.Json;

namespace Postern.Protocol;

/// <summary>A public key of somebody else's JWK Set (RFC 7517 §4).</summary>
/// <param name="Key">The key itself.</param>
/// <param name="KeyId">Its <c>kid</c>, any text; null: it has none.</param>
/// <param name="Algorithm">Its <c>alg</c>, the only one it may verify; null: any that fits.</param>
public sealed record PublishedJwk(Jwk Key, string? KeyId, string? Algorithm)
{
    private const int MinModulus = 2048 / 8;

    // A check of a larger one is work that a stranger could order.
    private const int MaxModulus = 4096 / 8;

    private static readonly string[] PrivateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

    /// <summary>A key that signatures of RS256, PS256 or ES256 can be verified with, else null.</summary>
    /// <param name="jwk">One member of <c>keys</c>.</param>
    /// <param name="problem">Why it is none, as the rest of a sentence.</param>
    public static PublishedJwk? TryRead(JsonElement jwk, out string? problem)
    {
        problem = ProblemWith(jwk);
        if (problem is not null)
            return null;
        var key = Text(jwk, "kty") == Jwk.Rsa ? Rsa(jwk, out problem) : EllipticCurve(jwk, out problem);
        return key is null ? null : new PublishedJwk(key, Text(jwk, "kid"), Text(jwk, "alg"));
    }

    /// <summary>Whether the key may be what a token of this header was signed with.</summary>
    public bool Fits(string algorithm, string? keyId) =>
        (keyId is null || KeyId is null || KeyId == keyId)
        && (Algorithm is null || Algorithm == algorithm)
        && SigningAlgorithms.KeyTypeOf(algorithm) == Key.KeyType;

    /// <summary>Writes the key with what it said of itself that counts here.</summary>
    public void Write(Utf8JsonWriter writer) => Key.Write(writer, KeyId, Algorithm);

    private static string? ProblemWith(JsonElement jwk)
    {
        if (jwk.ValueKind != JsonValueKind.Object)
            return "is no object";
        if (PrivateMembers.Any(member => jwk.TryGetProperty(member, out _)))
            return "is private: make another key pair, and give the public half alone";
        if (Text(jwk, "kty") is not { } type || !SigningAlgorithms.KeyTypes.Contains(type))
            return $"has a kty that is not {string.Join(" or ", SigningAlgorithms.KeyTypes)}";
        if (jwk.TryGetProperty("use", out var use) && !Is(use, "sig"))
            return "is not for signatures (use)";
        if (jwk.TryGetProperty("key_ops", out var operations) && !Lists(operations, "verify"))
            return "is not for verifying signatures (key_ops)";
        return !jwk.TryGetProperty("alg", out _)
            || SigningAlgorithms.All.Any(known => Text(jwk, "alg") == known && SigningAlgorithms.KeyTypeOf(known) == type)
                ? null
                : $"has an alg that is not one of {string.Join(", ", SigningAlgorithms.All)} for its type";
    }

    private static Jwk? Rsa(JsonElement jwk, out string? problem)
    {
        var (modulus, exponent) = (Number(jwk, "n"), Number(jwk, "e"));
        var isUsable = modulus?.Length is >= MinModulus and <= MaxModulus
            // An even one is no RSA key, 1 would let anybody sign, and a long one makes checks slow.
            && exponent is { Length: > 0 and <= 4 } && exponent[^1] % 2 == 1 && exponent is not [1];
        problem = isUsable ? null : "has no n of 2048 to 4096 bits or no odd e of 2 to 32 bits";
        return isUsable ? Jwk.FromRsa(modulus!, exponent!) : null;
    }

    private static Jwk? EllipticCurve(JsonElement jwk, out string? problem)
    {
        problem = "is not a point on P-256";
        var (left, right) = (Strict.Base64UrlOrNull(Text(jwk, "x"), 32), Strict.Base64UrlOrNull(Text(jwk, "y"), 32));
        if (Text(jwk, "crv") != "P-256" || left is not { } x || right is not { } y)
            return null;
        try
        {
            using var checkedPoint = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = x, Y = y } });
        }
        catch (CryptographicException)
        {
            return null;
        }
        problem = null;
        return Jwk.FromP256(x, y);
    }

    // Some libraries write a leading zero, which makes no other number.
    private static byte[]? Number(JsonElement jwk, string name) =>
        Strict.Base64UrlOrNull(Text(jwk, name)) is { } bytes ? bytes.AsSpan().TrimStart((byte)0).ToArray() : null;

    private static string? Text(JsonElement jwk, string name) =>
        jwk.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool Lists(JsonElement values, string text) =>
        values.ValueKind == JsonValueKind.Array && values.EnumerateArray().Any(value => Is(value, text));

    private static bool Is(JsonElement value, string text) => value.ValueKind == JsonValueKind.String && value.ValueEquals(text);
}

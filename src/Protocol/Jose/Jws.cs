using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Postern.Protocol;

/// <summary>JWS compact serialization (RFC 7515 §3.1, §7.1): what is signed, and what a signed text says once it is verified.</summary>
public static class Jws
{
    /// <summary>Longest token that is read, in characters.</summary>
    public const int MaxLength = 16 * 1024;

    private const int MaxDepth = 16;

    /// <summary>The <c>typ</c> of access tokens (RFC 9068 §2.1).</summary>
    public const string AccessTokenType = "at+jwt";

    /// <summary>The <c>typ</c> of ID tokens.</summary>
    public const string IdTokenType = "JWT";

    /// <summary>The JWS signing input (RFC 7515 §5.1): header and payload, to be signed as ASCII.</summary>
    public static string SigningInput(string algorithm, string type, string keyId, ReadOnlySpan<byte> claims) =>
        $"{Base64Url.EncodeToString(Header(algorithm, type, keyId))}.{Base64Url.EncodeToString(claims)}";

    /// <summary>Appends the signature.</summary>
    public static string Compact(string signingInput, ReadOnlySpan<byte> signature) => $"{signingInput}.{Base64Url.EncodeToString(signature)}";

    /// <summary>
    /// The claims of a token that one of the keys has signed, else null. <c>kid</c> only selects among the given keys;
    /// <c>jwk</c>, <c>jku</c>, <c>x5c</c> and <c>x5u</c> are not looked at; any <c>crit</c> is refused, for no extension
    /// is understood here (RFC 7515 §4.1.11, RFC 8725 §3.1, §3.10, §3.11).
    /// </summary>
    /// <param name="token">Anything.</param>
    /// <param name="type">The <c>typ</c> it must have.</param>
    /// <param name="keys">The trusted keys.</param>
    public static JsonElement? Verify(string token, string type, IEnumerable<Jwk> keys)
    {
        var parts = token.Length <= MaxLength ? token.Split('.') : [];
        if (parts.Length != 3 || Parse(parts[0]) is not { } header || Strict.Base64UrlOrNull(parts[2]) is not { } signature)
            return null;
        if (Text(header, "alg") is not { } algorithm || !SigningAlgorithms.All.Contains(algorithm) || header.TryGetProperty("crit", out _))
            return null;
        if (!IsType(Text(header, "typ"), type))
            return null;
        var key = keys.FirstOrDefault(key => key.KeyId == Text(header, "kid"));
        return key?.Verifies(algorithm, Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), signature) == true ? Parse(parts[1]) : null;
    }

    /// <summary>Whether a token says that it was signed by a key which is none of these, and which nobody can verify any more.</summary>
    public static bool NamesOtherKey(IEnumerable<Jwk> keys, string token) =>
        token.Length <= MaxLength
        && token.Split('.') is [var first, _, { Length: > 0 }]
        && Parse(first) is { } header
        && SigningAlgorithms.All.Contains(Text(header, "alg"))
        && Text(header, "kid") is { } keyId
        && keys.All(key => key.KeyId != keyId);

    // RFC 9068 §4: application/at+jwt is the same type; media types compare without case.
    private static bool IsType(string? actual, string expected) =>
        string.Equals(actual, expected, StringComparison.OrdinalIgnoreCase)
        || string.Equals(actual, "application/" + expected, StringComparison.OrdinalIgnoreCase);

    private static byte[] Header(string algorithm, string type, string keyId)
    {
        return Json.Object(writer =>
        {
            writer.WriteString("alg", algorithm);
            writer.WriteString("typ", type);
            writer.WriteString("kid", keyId);
        });
    }

    private static JsonElement? Parse(string part) => Strict.Base64UrlOrNull(part) is { } bytes ? Strict.JsonObjectOrNull(bytes, MaxDepth) : null;

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

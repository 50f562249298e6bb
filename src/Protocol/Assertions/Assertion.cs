using System.Text.Json;

namespace Postern.Protocol;

/// <summary>
/// A JWT that somebody else signed, as it came: well-formed, and nothing in it believed yet (RFC 7521 §5, RFC 7523 §3). What is true of it
/// is a <see cref="VerifiedAssertion"/>.
/// </summary>
public sealed class Assertion
{
    private const double LastSecond = 253402300799;

    private readonly JsonElement claims;

    private Assertion(string token, string algorithm, string? keyId, string? type, JsonElement claims) =>
        (Token, Algorithm, KeyId, Type, this.claims) = (token, algorithm, keyId, type, claims);

    public string Algorithm { get; }

    /// <summary>Its <c>kid</c>; null: any key may have signed it.</summary>
    public string? KeyId { get; }

    /// <summary>Its <c>typ</c>, which JWTs of others often go without.</summary>
    public string? Type { get; }

    public string? Issuer => Text("iss");

    public string? Subject => Text("sub");

    /// <summary>Its <c>jti</c>.</summary>
    public string? Id => Text("jti");

    internal string Token { get; }

    /// <summary>Null for what is no JWT in one spelling, or not signed by an algorithm with a public key.</summary>
    public static Assertion? TryRead(string? token)
    {
        if (token is null || Jws.TryRead(token) is not ({ } header, { } claims) || !SigningAlgorithms.All.Contains(Text(header, "alg") ?? ""))
            return null;
        return HasOther(header, "kid") || HasOther(header, "typ")
            ? null
            : new Assertion(token, Text(header, "alg")!, Text(header, "kid"), Text(header, "typ"), claims);
    }

    /// <summary>A claim that is a text, a number or a flag, as a text; null for others and none.</summary>
    public string? Claim(string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False
            ? value.GetRawText()
            : Text(name);

    /// <summary>A claim of whatever shape; null: there is none.</summary>
    internal JsonElement? Member(string name) => claims.TryGetProperty(name, out var value) ? value : null;

    /// <summary>All that it is meant for; null where there is no <c>aud</c>, or one that is no text or list of texts.</summary>
    internal IReadOnlyList<string>? Audiences()
    {
        if (!claims.TryGetProperty("aud", out var audience))
            return null;
        if (audience.ValueKind == JsonValueKind.String)
            return [audience.GetString()!];
        return audience.ValueKind == JsonValueKind.Array && audience.EnumerateArray().All(one => one.ValueKind == JsonValueKind.String)
            ? [.. audience.EnumerateArray().Select(one => one.GetString()!)]
            : null;
    }

    /// <summary>A NumericDate (RFC 7519 §2); <paramref name="isUnreadable"/> where something else stands there.</summary>
    internal DateTimeOffset? Instant(string name, out bool isUnreadable)
    {
        isUnreadable = false;
        if (!claims.TryGetProperty(name, out var value))
            return null;
        isUnreadable = value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var seconds) || seconds is not (>= 0 and <= LastSecond);
        return isUnreadable ? null : DateTimeOffset.FromUnixTimeSeconds((long)value.GetDouble());
    }

    /// <summary>Whoever holds it could present it, so it says only whose.</summary>
    public override string ToString() => $"{nameof(Assertion)} of {Shown.Text(Issuer)}";

    // Something else than a text is not nothing.
    private static bool HasOther(JsonElement header, string name) =>
        header.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.String;

    private string? Text(string name) => Text(claims, name);

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

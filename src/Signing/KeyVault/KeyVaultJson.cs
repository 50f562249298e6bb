using System.Buffers;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Postern.Protocol;

namespace Postern.Signing;

/// <summary>A key as <c>get</c> answers it.</summary>
internal sealed record KeyVaultKey(KeyVaultVersion Version, string KeyType, string? Curve, byte[]? Modulus, byte[]? Exponent, byte[]? X, byte[]? Y);

/// <summary>The identity and attributes of one version.</summary>
internal sealed record KeyVaultVersion(
    KeyVaultKeyId Id,
    bool Enabled,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? NotBefore,
    DateTimeOffset? ExpiresAt
);

internal sealed record KeyVaultPage(IReadOnlyList<KeyVaultVersion> Versions, Uri? NextLink);

/// <summary>Key Vault's bodies.</summary>
internal static class KeyVaultJson
{
    public static byte[] WriteOperation(string algorithm, ReadOnlySpan<byte> value)
    {
        var encoded = Base64Url.EncodeToUtf8(value);
        return Json.Object(writer =>
        {
            writer.WriteString("alg", algorithm);
            writer.WriteString("value", encoded);
        });
    }

    public static byte[] WriteDisabled() => """{"attributes":{"enabled":false}}"""u8.ToArray();

    public static KeyVaultKey ReadKey(ReadOnlyMemory<byte> content)
    {
        using var body = JsonDocument.Parse(content);
        var key = body.RootElement.GetProperty("key");
        return new KeyVaultKey(
            ReadVersion(key.GetProperty("kid"), body.RootElement.GetProperty("attributes")),
            // Keys in hardware say RSA-HSM and EC-HSM; what they sign does not differ.
            key.GetProperty("kty").GetString() switch { "RSA" or "RSA-HSM" => Jwk.Rsa, "EC" or "EC-HSM" => Jwk.EllipticCurve, var other => other! },
            key.TryGetProperty("crv", out var curve) ? curve.GetString() : null,
            Integer(key, "n"), Integer(key, "e"), Bytes(key, "x"), Bytes(key, "y"));
    }

    public static KeyVaultPage ReadPage(ReadOnlyMemory<byte> content)
    {
        using var body = JsonDocument.Parse(content);
        var versions = body.RootElement.GetProperty("value").EnumerateArray()
            .Select(item => ReadVersion(item.GetProperty("kid"), item.GetProperty("attributes")));
        var more = body.RootElement.TryGetProperty("nextLink", out var link) && link.ValueKind == JsonValueKind.String ? link.GetString() : null;
        return new KeyVaultPage([.. versions], string.IsNullOrEmpty(more) ? null : new Uri(more));
    }

    /// <summary>The result of <c>sign</c> or <c>unwrapkey</c>, which must be of the version that was asked.</summary>
    public static byte[] ReadResult(ReadOnlyMemory<byte> content, KeyVaultKeyId expected)
    {
        var reader = new Utf8JsonReader(content.Span);
        byte[]? value = null;
        KeyVaultKeyId? kid = null;
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != 1)
                continue;
            var isValue = reader.ValueTextEquals("value"u8);
            var isKid = reader.ValueTextEquals("kid"u8);
            reader.Read();
            // Straight to bytes: a string that held a content key could not be wiped.
            if (isValue)
                value = Base64Url.DecodeFromUtf8(reader.ValueSpan);
            else if (isKid)
                kid = KeyVaultKeyId.Parse(reader.GetString()!);
        }
        if (MemoryMarshal.TryGetArray(content, out var buffer))
            CryptographicOperations.ZeroMemory(buffer.AsSpan());
        return kid == expected && value is not null ? value : throw new InvalidDataException($"Key Vault answered for another key than {expected}.");
    }

    private static KeyVaultVersion ReadVersion(JsonElement kid, JsonElement attributes)
    {
        var createdAt = Instant(attributes, "created") ?? throw new FormatException("a key without its time of creation");
        return new KeyVaultVersion(
            KeyVaultKeyId.Parse(kid.GetString()!),
            attributes.TryGetProperty("enabled", out var enabled) && enabled.ValueKind == JsonValueKind.True,
            createdAt,
            Instant(attributes, "updated") ?? createdAt,
            Instant(attributes, "nbf"),
            Instant(attributes, "exp"));
    }

    private static DateTimeOffset? Instant(JsonElement attributes, string name) =>
        attributes.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
            ? DateTimeOffset.FromUnixTimeSeconds(value.GetInt64())
            : null;

    private static byte[]? Bytes(JsonElement key, string name) =>
        key.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? Base64Url.DecodeFromChars(value.GetString()) : null;

    // RFC 7518 §6.3.1: without leading zeros, or the thumbprint would be another.
    private static byte[]? Integer(JsonElement key, string name) => Bytes(key, name)?.SkipWhile(octet => octet == 0).ToArray();
}

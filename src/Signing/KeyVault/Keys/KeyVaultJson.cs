using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace Azure.Security.KeyVault.Keys;

/// <summary>Key Vault's bodies.</summary>
internal static class KeyVaultJson
{
    public static KeyVaultKey ReadKey(ReadOnlyMemory<byte> content)
    {
        using var body = JsonDocument.Parse(content);
        var key = body.RootElement.GetProperty("key");
        var curve = key.TryGetProperty("crv", out var name) ? new KeyCurveName(name.GetString()!) : (KeyCurveName?)null;
        var read = new JsonWebKey(new(key.GetProperty("kty").GetString()!), curve, Bytes(key, "x"), Bytes(key, "y"))
        {
            N = Bytes(key, "n"),
            E = Bytes(key, "e"),
        };
        return new KeyVaultKey(read, ReadProperties(key.GetProperty("kid"), body.RootElement.GetProperty("attributes")));
    }

    public static (IReadOnlyList<KeyProperties> Versions, Uri? Next) ReadPage(ReadOnlyMemory<byte> content)
    {
        using var body = JsonDocument.Parse(content);
        var versions = body.RootElement.GetProperty("value").EnumerateArray()
            .Select(item => ReadProperties(item.GetProperty("kid"), item.GetProperty("attributes")));
        var more = body.RootElement.TryGetProperty("nextLink", out var link) && link.ValueKind == JsonValueKind.String ? link.GetString() : null;
        return ([.. versions], string.IsNullOrEmpty(more) ? null : new Uri(more));
    }

    /// <summary>The result of <c>sign</c> or <c>unwrapkey</c>. Nothing of it is left in the content.</summary>
    public static (string KeyId, byte[] Value) ReadResult(ReadOnlyMemory<byte> content)
    {
        try
        {
            return ReadMembers(content.Span);
        }
        finally
        {
            if (MemoryMarshal.TryGetArray(content, out var buffer))
                CryptographicOperations.ZeroMemory(buffer.AsSpan());
        }
    }

    private static (string KeyId, byte[] Value) ReadMembers(ReadOnlySpan<byte> content)
    {
        var reader = new Utf8JsonReader(content);
        (string? keyId, byte[]? value) = (null, null);
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != 1)
                continue;
            var isValue = reader.ValueTextEquals("value"u8);
            var isKeyId = reader.ValueTextEquals("kid"u8);
            reader.Read();
            // Straight to bytes: a string that held a content key could not be wiped.
            if (isValue)
                value = Base64Url.DecodeFromUtf8(reader.ValueSpan);
            else if (isKeyId)
                keyId = reader.GetString();
        }
        return keyId is not null && value is not null ? (keyId, value) : throw new FormatException("a result without its key or its value");
    }

    private static KeyProperties ReadProperties(JsonElement keyId, JsonElement attributes) =>
        new(new Uri(keyId.GetString()!))
        {
            Enabled = attributes.TryGetProperty("enabled", out var enabled) && enabled.ValueKind == JsonValueKind.True,
            CreatedOn = Instant(attributes, "created"),
            UpdatedOn = Instant(attributes, "updated"),
            NotBefore = Instant(attributes, "nbf"),
            ExpiresOn = Instant(attributes, "exp"),
        };

    private static DateTimeOffset? Instant(JsonElement attributes, string name) =>
        attributes.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
            ? DateTimeOffset.FromUnixTimeSeconds(value.GetInt64())
            : null;

    private static byte[]? Bytes(JsonElement key, string name) =>
        key.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? Base64Url.DecodeFromChars(value.GetString()) : null;
}

using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace Postern.Protocol;

/// <summary>Readings that accept one spelling only, and comparisons that tell nothing by their time.</summary>
public static class Strict
{
    /// <summary>Decodes canonical base64url without padding (RFC 7515 §2) into exactly <paramref name="size"/> bytes, else null.</summary>
    /// <remarks>Two spellings of one handle would be two cache keys and two log entries for one secret, so there is one.</remarks>
    public static byte[]? Base64UrlOrNull(string? text, int size)
    {
        var bytes = Base64UrlOrNull(text);
        return bytes?.Length == size ? bytes : null;
    }

    /// <summary>Decodes canonical base64url without padding (RFC 7515 §2), else null.</summary>
    public static byte[]? Base64UrlOrNull(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        // Not TryDecodeFromChars, which throws for a text that is not base64url.
        var bytes = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        if (Base64Url.DecodeFromChars(text, bytes, out _, out var written) != OperationStatus.Done)
            return null;
        var decoded = bytes[..written];
        // White space, padding and stray low bits decode all the same, and encode to another text.
        return Base64Url.EncodeToString(decoded) == text ? decoded : null;
    }

    /// <summary>A JSON object in which no member stands twice and every text can be read, else null.</summary>
    /// <remarks>The parser leaves bytes that are not UTF-8 and halves of surrogate pairs to whoever reads the text, and throws only then.</remarks>
    public static JsonElement? JsonObjectOrNull(ReadOnlyMemory<byte> json, int maxDepth)
    {
        try
        {
            ReadTexts(json.Span, maxDepth);
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = maxDepth, AllowDuplicateProperties = false });
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Constant-time equality of hashes; null equals nothing.</summary>
    public static bool HashEquals(byte[]? stored, byte[] presented) =>
        stored is not null && CryptographicOperations.FixedTimeEquals(stored, presented);

    private static void ReadTexts(ReadOnlySpan<byte> json, int maxDepth)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = maxDepth });
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
                _ = reader.GetString();
        }
    }
}

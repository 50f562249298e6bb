using System.Text.Json;

namespace Postern.Protocol;

/// <summary>Public keys of somebody else (RFC 7517 §5), as far as they can be used here.</summary>
public sealed class JwkSet
{
    /// <summary>Longest set that is read, in bytes. Large issuers publish a dozen keys with a certificate each.</summary>
    public const int MaxLength = 64 * 1024;

    // Each may have to be tried.
    private const int MaxKeys = 20;
    private const int MaxDepth = 8;

    private JwkSet(IReadOnlyList<PublishedJwk> keys) => Keys = keys;

    public IReadOnlyList<PublishedJwk> Keys { get; }

    /// <summary>The keys that can be used; what cannot is left out (RFC 7517 §5). Null where none is left.</summary>
    /// <param name="json">Anything.</param>
    /// <param name="problem">What is wrong with the first that cannot be used, or with the whole, as a sentence's rest.</param>
    public static JwkSet? TryParse(ReadOnlyMemory<byte> json, out string? problem)
    {
        problem = $"is not a JWK Set of at most {MaxLength / 1024} KB";
        if (json.Length > MaxLength || Strict.JsonObjectOrNull(json, MaxDepth) is not { } set)
            return null;
        if (!set.TryGetProperty("keys", out var members) || members.ValueKind != JsonValueKind.Array)
            return null;
        var keys = new List<PublishedJwk>();
        problem = members.GetArrayLength() == 0 ? "has no key" : null;
        foreach (var (index, member) in members.EnumerateArray().Index())
        {
            if (PublishedJwk.TryRead(member, out var unusable) is { } key)
                keys.Add(key);
            else
                problem ??= $"has a key, number {index + 1}, that {unusable}";
        }
        if (keys.Count > MaxKeys)
            problem = $"has more than {MaxKeys} keys";
        return keys.Count is > 0 and <= MaxKeys ? new JwkSet(keys) : null;
    }

    /// <summary>The keys that a token of this header may have been signed with.</summary>
    public IEnumerable<Jwk> For(string algorithm, string? keyId) => Keys.Where(key => key.Fits(algorithm, keyId)).Select(key => key.Key);

    /// <summary>What an operator knows the keys by.</summary>
    public IReadOnlyList<string> KeyNames() => [.. Keys.Select(key => $"{key.Key.KeyType} {key.KeyId ?? key.Key.KeyId}")];

    /// <summary>Writes the set as an object with nothing else.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("keys");
        foreach (var key in Keys)
            key.Write(writer);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}

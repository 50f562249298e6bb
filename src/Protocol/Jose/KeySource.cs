using System.Text;
using System.Text.Json;

namespace Postern.Protocol;

/// <summary>Where somebody's public keys are: here, at a URL, or where their issuer's metadata says (RFC 7591 §2, Discovery §3).</summary>
public sealed record KeySource
{
    /// <summary>Given by the operator.</summary>
    public JwkSet? Jwks { get; init; }

    /// <summary>Where they publish them.</summary>
    public string? JwksUri { get; init; }

    /// <summary>Whose metadata names the URL.</summary>
    public string? Issuer { get; init; }

    public bool IsNone => Jwks is null && JwksUri is null && Issuer is null;

    /// <summary>What is wrong with it, in sentences for the operator.</summary>
    public IEnumerable<string> Problems()
    {
        if (Jwks is not null && JwksUri is not null)
            yield return "Give the keys themselves or the URL where they are, not both (RFC 7591 §2).";
        if (JwksUri is not null && FetchedUri.ProblemWith(JwksUri) is { } problem)
            yield return $"The URL of the keys {problem}.";
    }

    /// <summary>Null where there are none.</summary>
    public string? ToJson() => IsNone ? null : Encoding.UTF8.GetString(Json.Object(Write));

    /// <summary>What <see cref="ToJson"/> wrote.</summary>
    public static KeySource FromJson(string? json)
    {
        if (json is null)
            return new KeySource();
        using var read = JsonDocument.Parse(json);
        return Read(read.RootElement);
    }

    internal void Write(Utf8JsonWriter writer)
    {
        if (Jwks is not null)
        {
            writer.WritePropertyName("jwks");
            Jwks.Write(writer);
        }
        if (JwksUri is not null)
            writer.WriteString("jwks_uri", JwksUri);
    }

    /// <summary>What <see cref="Write"/> wrote.</summary>
    internal static KeySource Read(JsonElement json) =>
        new()
        {
            Jwks = json.TryGetProperty("jwks", out var set) ? JwkSet.TryParse(Encoding.UTF8.GetBytes(set.GetRawText()), out _) : null,
            JwksUri = json.TryGetProperty("jwks_uri", out var uri) ? uri.GetString() : null,
        };
}

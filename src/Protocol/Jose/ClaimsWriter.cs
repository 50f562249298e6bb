using System.Text.Json;

namespace Postern.Protocol;

/// <summary>Claims that more than one kind of token or response writes.</summary>
public static class ClaimsWriter
{
    /// <summary><c>aud</c>: one string or an array (RFC 7519 §4.1.3).</summary>
    public static void WriteAudience(this Utf8JsonWriter writer, IReadOnlyList<string> audience)
    {
        if (audience is [var only])
            writer.WriteString("aud", only);
        else
            writer.WriteArray("aud", audience);
    }

    /// <summary><c>auth_time</c> and <c>amr</c> (OpenID Connect Core §2, RFC 8176), where there was an authentication.</summary>
    public static void WriteAuthentication(this Utf8JsonWriter writer, DateTimeOffset? authTime, IReadOnlyList<string> amr)
    {
        if (authTime is { } instant)
            writer.WriteNumber("auth_time", instant.ToUnixTimeSeconds());
        if (amr.Count > 0)
            writer.WriteArray("amr", amr);
    }

    public static void WriteArray(this Utf8JsonWriter writer, string name, IEnumerable<string> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values)
            writer.WriteStringValue(value);
        writer.WriteEndArray();
    }
}

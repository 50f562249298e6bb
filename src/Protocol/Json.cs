using System.Text.Encodings.Web;
using System.Text.Json;

namespace Postern.Protocol;

/// <summary>Writing JSON objects, and the members that more than one kind of token or response has.</summary>
public static class Json
{
    // None of it stands inside HTML; the default encoder would spell the plus of at+jwt as an escape.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One object, as UTF-8, with what <paramref name="members"/> writes into it.</summary>
    public static byte[] Object(Action<Utf8JsonWriter> members)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Options))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }
        return stream.ToArray();
    }

    /// <summary>Members with values that were read before.</summary>
    public static void WriteMembers(this Utf8JsonWriter writer, IEnumerable<KeyValuePair<string, JsonElement>> members)
    {
        foreach (var (name, value) in members)
        {
            writer.WritePropertyName(name);
            value.WriteTo(writer);
        }
    }

    /// <summary><c>aud</c>: one string or an array (RFC 7519 §4.1.3).</summary>
    public static void WriteAudience(this Utf8JsonWriter writer, IReadOnlyList<string> audience)
    {
        if (audience is [var only])
            writer.WriteString("aud", only);
        else
            writer.WriteArray("aud", audience);
    }

    /// <summary><c>scope</c>, left out where there is none, for it holds one value at least (RFC 6749 §3.3).</summary>
    public static void WriteScope(this Utf8JsonWriter writer, Scope scope)
    {
        if (!scope.IsEmpty)
            writer.WriteString("scope", scope.ToString());
    }

    /// <summary><c>auth_time</c>, <c>acr</c> and <c>amr</c> (OpenID Connect Core §2, RFC 9068 §2.2.1), where there was an authentication.</summary>
    public static void WriteAuthentication(this Utf8JsonWriter writer, DateTimeOffset? authTime, IReadOnlyList<string> amr)
    {
        if (authTime is { } instant)
            writer.WriteNumber("auth_time", instant.ToUnixTimeSeconds());
        if (AuthenticationContexts.Of(amr) is { } acr)
            writer.WriteString("acr", acr);
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

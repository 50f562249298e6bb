using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Postern.Protocol;

namespace Postern.Cli;

/// <summary>Answers as JSON: one object, or an array of objects.</summary>
internal static class JsonText
{
    private static readonly JsonWriterOptions Options = new()
    {
        Indented = true,
        // It goes to a terminal or a program, never into HTML; control characters are escaped all the same.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Of(IReadOnlyList<Fact> facts) => Text(writer => Write(writer, facts));

    public static string Of(IReadOnlyList<IReadOnlyList<Fact>> rows) =>
        Text(writer =>
        {
            writer.WriteStartArray();
            foreach (var row in rows)
                Write(writer, row);
            writer.WriteEndArray();
        });

    private static string Text(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Options))
            write(writer);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Write(Utf8JsonWriter writer, IReadOnlyList<Fact> facts)
    {
        writer.WriteStartObject();
        foreach (var fact in facts)
            Write(writer, fact);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, Fact fact)
    {
        switch (fact.Value)
        {
            case null:
                writer.WriteNull(fact.Name);
                break;
            case bool flag:
                writer.WriteBoolean(fact.Name, flag);
                break;
            case DateTimeOffset instant:
                writer.WriteString(fact.Name, Fact.Instant(instant));
                break;
            case TimeSpan duration:
                writer.WriteNumber(fact.Name, (long)duration.TotalSeconds);
                break;
            case IReadOnlyList<string> texts:
                writer.WriteArray(fact.Name, texts);
                break;
            case UserClaims claims:
                writer.WritePropertyName(fact.Name);
                writer.WriteRawValue(claims.ToJson());
                break;
            default:
                writer.WriteString(fact.Name, (string)fact.Value);
                break;
        }
    }
}

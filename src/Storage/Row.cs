using System.Globalization;
using System.Text.Json;
using Postern.Protocol;

namespace Postern.Storage;

/// <summary>One entity: its keys and typed properties, as JSON with the annotations that Table Storage needs for what JSON cannot say.</summary>
internal sealed class Row(string partitionKey, string rowKey)
{
    /// <summary>Longest text in one property, in UTF-16 units.</summary>
    public const int MaxTextLength = 32 * 1024;

    /// <summary>The write that produced this version of the row, so that a writer whose answer was lost knows its own.</summary>
    public const string Operation = "Operation";

    private const string DateTimeFormat = "yyyy-MM-ddTHH:mm:ss.fffffffZ";

    private readonly Dictionary<string, object> properties = new(StringComparer.Ordinal);

    public string PartitionKey => partitionKey;

    public string RowKey => rowKey;

    /// <summary>As read; opaque.</summary>
    public string ETag { get; private init; } = "";

    /// <summary>Null is not stored, nor is an empty list.</summary>
    public Row Set(string name, object? value)
    {
        if (value is IEnumerable<string> lines)
            value = lines.Any() ? string.Join('\n', lines) : null;
        if (value is string { Length: > MaxTextLength })
            throw new ArgumentException($"the column {name} holds at most {MaxTextLength} characters", nameof(value));
        if (value is null)
            properties.Remove(name);
        else
            properties[name] = value;
        return this;
    }

    public string? Text(string name) => Find(name) as string;

    public string RequiredText(string name) => Text(name) ?? throw Missing(name);

    public int? Number(string name) => Find(name) as int?;

    public int RequiredNumber(string name) => Number(name) ?? throw Missing(name);

    public bool Flag(string name) => Find(name) is true;

    public bool? FlagOrNull(string name) => Find(name) as bool?;

    public byte[]? Bytes(string name) => Text(name) is { } text ? Convert.FromBase64String(text) : null;

    public byte[] RequiredBytes(string name) => Bytes(name) ?? throw Missing(name);

    public DateTimeOffset? Instant(string name) =>
        Text(name) is { } text
            ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal)
            : null;

    public DateTimeOffset RequiredInstant(string name) => Instant(name) ?? throw Missing(name);

    public RowId? Id(string name) => RowId.TryParse(Text(name));

    public Scope Scope(string name) => Protocol.Scope.TryParse(Text(name), int.MaxValue) ?? throw Missing(name);

    /// <summary>Texts that hold no line feed, as one column.</summary>
    public IReadOnlyList<string> Lines(string name) => Text(name)?.Split('\n') ?? [];

    public TimeSpan? Duration(string name) => Number(name) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    public byte[] ToJson()
    {
        return Json.Object(writer =>
        {
            writer.WriteString(nameof(PartitionKey), partitionKey);
            writer.WriteString(nameof(RowKey), rowKey);
            foreach (var (name, value) in properties)
                Write(writer, name, value);
        });
    }

    /// <summary>Reads an entity in minimal metadata. Binary and DateTime arrive as texts, and are read as such by whoever knows the column.</summary>
    public static Row Parse(JsonElement entity, string? etag = null)
    {
        var row = new Row(entity.GetProperty(nameof(PartitionKey)).GetString()!, entity.GetProperty(nameof(RowKey)).GetString()!)
        {
            ETag = etag ?? entity.GetProperty("odata.etag").GetString()!,
        };
        foreach (var property in entity.EnumerateObject())
        {
            if (property.Name.Contains("odata.", StringComparison.Ordinal) || property.Name is nameof(PartitionKey) or nameof(RowKey) or "Timestamp")
                continue;
            row.properties[property.Name] = property.Value.ValueKind switch
            {
                JsonValueKind.True or JsonValueKind.False => property.Value.GetBoolean(),
                JsonValueKind.Number => property.Value.GetInt32(),
                _ => property.Value.GetString()!,
            };
        }
        return row;
    }

    private static void Write(Utf8JsonWriter writer, string name, object value)
    {
        switch (value)
        {
            case string text:
                writer.WriteString(name, text);
                break;
            case bool flag:
                writer.WriteBoolean(name, flag);
                break;
            case int number:
                writer.WriteNumber(name, number);
                break;
            case TimeSpan duration:
                writer.WriteNumber(name, (int)duration.TotalSeconds);
                break;
            case RowId id:
                writer.WriteString(name, id.ToString());
                break;
            case Scope scope:
                writer.WriteString(name, scope.ToString());
                break;
            case byte[] bytes:
                writer.WriteString(name + "@odata.type", "Edm.Binary");
                writer.WriteString(name, Convert.ToBase64String(bytes));
                break;
            case DateTimeOffset instant:
                writer.WriteString(name + "@odata.type", "Edm.DateTime");
                writer.WriteString(name, instant.UtcDateTime.ToString(DateTimeFormat, CultureInfo.InvariantCulture));
                break;
            default:
                throw new ArgumentException($"the column {name} cannot hold a {value.GetType().Name}", nameof(value));
        }
    }

    private object? Find(string name) => properties.GetValueOrDefault(name);

    private InvalidDataException Missing(string name) =>
        new($"The row {partitionKey}, {rowKey} has no column {name}: it was written by another version, see SCHEMA.md.");
}

using Azure.Data.Tables;
using Postern.Protocol;

namespace Postern.Storage;

/// <summary>One entity, written and read by the types of Postern's columns (SCHEMA.md).</summary>
internal sealed class Row(TableEntity entity, DateTimeOffset? readAt = null)
{
    /// <summary>Longest text in one property, in UTF-16 units.</summary>
    public const int MaxTextLength = 32 * 1024;

    /// <summary>The write that produced this version of the row, so that a writer whose answer was lost knows its own.</summary>
    public const string Operation = "Operation";

    public Row(string partitionKey, string rowKey)
        : this(new TableEntity(partitionKey, rowKey))
    {
    }

    public TableEntity Entity => entity;

    public string PartitionKey => entity.PartitionKey;

    public string RowKey => entity.RowKey;

    /// <summary>As read; opaque.</summary>
    public string ETag => entity.ETag.ToString();

    /// <summary>How long ago it was written when it was read by its keys: both instants are the table service's, to a second.</summary>
    public TimeSpan Age => readAt - entity.Timestamp is { } age && age > TimeSpan.Zero ? age : TimeSpan.Zero;

    /// <summary>Null is not stored, nor is an empty list.</summary>
    public Row Set(string name, object? value)
    {
        value = value switch
        {
            string or bool or int or byte[] or DateTimeOffset or null => value,
            TimeSpan duration => (int)duration.TotalSeconds,
            RowId or Protocol.Scope => value.ToString(),
            IEnumerable<string> lines => lines.Any() ? string.Join('\n', lines) : null,
            _ => throw new ArgumentException($"the column {name} cannot hold a {value.GetType().Name}", nameof(value)),
        };
        if (value is string { Length: > MaxTextLength })
            throw new ArgumentException($"the column {name} holds at most {MaxTextLength} characters", nameof(value));
        if (value is null)
            entity.Remove(name);
        else
            entity[name] = value;
        return this;
    }

    public string? Text(string name) => Find(name) as string;

    public string RequiredText(string name) => Text(name) ?? throw Missing(name);

    public int? Number(string name) => Find(name) as int?;

    public int RequiredNumber(string name) => Number(name) ?? throw Missing(name);

    public bool Flag(string name) => Find(name) is true;

    public bool? FlagOrNull(string name) => Find(name) as bool?;

    public byte[]? Bytes(string name) => Find(name) is { } value ? value as byte[] ?? throw Missing(name) : null;

    public byte[] RequiredBytes(string name) => Bytes(name) ?? throw Missing(name);

    public DateTimeOffset? Instant(string name) => Find(name) is { } value ? value as DateTimeOffset? ?? throw Missing(name) : null;

    public DateTimeOffset RequiredInstant(string name) => Instant(name) ?? throw Missing(name);

    public RowId? Id(string name) => RowId.TryParse(Text(name));

    public Scope Scope(string name) => Protocol.Scope.TryParse(Text(name), int.MaxValue) ?? throw Missing(name);

    /// <summary>Texts that hold no line feed, as one column.</summary>
    public IReadOnlyList<string> Lines(string name) => Text(name)?.Split('\n') ?? [];

    public IReadOnlyList<string> RequiredLines(string name) => RequiredText(name).Split('\n');

    public TimeSpan? Duration(string name) => Number(name) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    private object? Find(string name) => entity.TryGetValue(name, out var value) ? value : null;

    private InvalidDataException Missing(string name) =>
        new($"The row {PartitionKey}, {RowKey} has no column {name} of its type: it was written by another version, see SCHEMA.md.");
}

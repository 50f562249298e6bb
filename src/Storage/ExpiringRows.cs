using Postern.Protocol;

namespace Postern.Storage;

/// <summary>
/// Rows of one kind in the expiring tables. The kind is in the partition key, is the row key, and is a column that is
/// checked on reading, so that no kind is ever read as another, whoever wrote it (attack: forged codes).
/// </summary>
internal sealed class ExpiringRows(Tables tables, string kind)
{
    private const string Kind = "Kind";

    public Row New(RowId id) => New(id.ToString());

    public Row New(string key) => new Row($"{kind}-{key}", kind).Set(Kind, kind);

    public Task<Row?> FindAsync(RowId id, CancellationToken cancellation) => FindAsync(id.Day, id.ToString(), cancellation);

    public async Task<Row?> FindAsync(DateOnly day, string key, CancellationToken cancellation) =>
        await tables.FindAsync(ExpiringTables.NameOf(day), $"{kind}-{key}", kind, cancellation) is { } row && row.Text(Kind) == kind ? row : null;

    public Task<bool> TryInsertAsync(DateOnly day, Row row, CancellationToken cancellation) =>
        tables.TryInsertAsync(ExpiringTables.NameOf(day), row, cancellation);

    /// <summary>For rows under a new random id, whose conflict could only be a fault.</summary>
    public async Task InsertAsync(DateOnly day, Row row, CancellationToken cancellation)
    {
        if (!await TryInsertAsync(day, row, cancellation))
            throw new InvalidOperationException($"A {kind} of a new random id is there already.");
    }

    public Task<bool> TryReplaceAsync(DateOnly day, Row row, string etag, CancellationToken cancellation) =>
        tables.TryReplaceAsync(ExpiringTables.NameOf(day), row, etag, cancellation);

    public Task<bool> TryMergeAsync(DateOnly day, Row row, CancellationToken cancellation) =>
        tables.TryMergeAsync(ExpiringTables.NameOf(day), row, cancellation);

    public Task<bool> TryDeleteAsync(DateOnly day, string key, CancellationToken cancellation) =>
        tables.TryDeleteAsync(ExpiringTables.NameOf(day), $"{kind}-{key}", kind, cancellation);
}

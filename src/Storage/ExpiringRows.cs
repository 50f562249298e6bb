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

    /// <summary>One of several rows under one id.</summary>
    public Row New(RowId id, string name) => new Row($"{kind}-{id}", name).Set(Kind, kind);

    /// <summary>All of them.</summary>
    public IAsyncEnumerable<Row> ListAsync(RowId id, CancellationToken cancellation) =>
        ListAsync(id.Day, $"PartitionKey eq '{kind}-{id}'", cancellation);

    /// <summary>All rows of the kind in the table of a day: for timers, never on a request's path.</summary>
    public IAsyncEnumerable<Row> ListAsync(DateOnly day, CancellationToken cancellation) =>
        // '.' is the character after '-', so this is the range of keys with the prefix.
        ListAsync(day, $"PartitionKey ge '{kind}-' and PartitionKey lt '{kind}.'", cancellation);

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

    private async IAsyncEnumerable<Row> ListAsync(
        DateOnly day,
        string filter,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation
    )
    {
        await foreach (var row in tables.QueryAsync(ExpiringTables.NameOf(day), filter, cancellation))
        {
            if (row.Text(Kind) == kind)
                yield return row;
        }
    }
}

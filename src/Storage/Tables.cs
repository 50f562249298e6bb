using Azure;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Postern.Protocol;

namespace Postern.Storage;

/// <summary>
/// The operations of one table account that the stores need, and no OAuth. Losing a race is an answer (null or
/// false); being throttled or cut off is a <see cref="RequestFailedException"/> after the client's own retries.
/// </summary>
public sealed class Tables
{
    private readonly TableServiceClient service;

    private Tables(TableServiceClient service) => this.service = service;

    /// <summary>Connects to an account; no request is made.</summary>
    /// <param name="setting">A table endpoint, a connection string, or UseDevelopmentStorage=true.</param>
    /// <param name="credential">The identity for a table endpoint.</param>
    /// <param name="configure">Adds policies or another transport.</param>
    /// <exception cref="FormatException">The setting is none of these.</exception>
    public static Tables Connect(string setting, TokenCredential? credential = null, Action<ClientOptions>? configure = null)
    {
        var connection = StorageSetting.TryParse(setting, out var problem) ?? throw new FormatException($"The storage setting {problem}.");
        var options = new TableClientOptions();
        options.Retry.MaxRetries = 3;
        options.Retry.Delay = TimeSpan.FromMilliseconds(100);
        options.Retry.MaxDelay = TimeSpan.FromSeconds(2);
        // All tries together end within the grace of a refresh token: whoever asks again after that would seem a thief.
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(5);
        options.Diagnostics.IsLoggingContentEnabled = false;
        options.AddPolicy(new TableException.Policy(), HttpPipelinePosition.PerCall);
        configure?.Invoke(options);
        return new Tables((connection.Endpoint, credential) switch
        {
            (null, _) => new TableServiceClient(setting, options),
            ({ } endpoint, { } identity) => new TableServiceClient(endpoint, identity, options),
            _ => throw new FormatException("A table endpoint without a key needs an identity."),
        });
    }

    /// <summary>One cheap round trip that proves access.</summary>
    /// <returns>What time it is for the table service (RFC 9110 §6.6.1), where it says so.</returns>
    public async Task<DateTimeOffset?> CheckAsync(CancellationToken cancellation)
    {
        await foreach (var page in service.QueryAsync((string?)null, maxPerPage: 1, cancellation).AsPages().WithCancellation(cancellation))
            return page.GetRawResponse().Headers.Date;
        return null;
    }

    internal async Task<Row?> FindAsync(string table, string partitionKey, string rowKey, CancellationToken cancellation)
    {
        if (!TableKeys.IsKey(partitionKey) || !TableKeys.IsKey(rowKey))
            return null;
        var found = await service.GetTableClient(table).GetEntityIfExistsAsync<TableEntity>(partitionKey, rowKey, null, cancellation);
        return found.HasValue ? new Row(found.Value!, found.GetRawResponse().Headers.Date) : null;
    }

    /// <summary>False: there is such a row already.</summary>
    internal async Task<bool> TryInsertAsync(string table, Row row, CancellationToken cancellation)
    {
        row.Set(Row.Operation, NewOperation());
        try
        {
            await CreatingAsync(table, client => client.AddEntityAsync(row.Entity, cancellation), cancellation);
            return true;
        }
        catch (TableException e) when (e.ErrorCode == TableErrorCode.EntityAlreadyExists)
        {
            return await IsOursAsync(e, table, row, cancellation);
        }
    }

    /// <summary>False: somebody else has changed or removed the row since it was read.</summary>
    internal async Task<bool> TryReplaceAsync(string table, Row row, string etag, CancellationToken cancellation)
    {
        row.Set(Row.Operation, NewOperation());
        try
        {
            await service.GetTableClient(table).UpdateEntityAsync(row.Entity, new ETag(etag), TableUpdateMode.Replace, cancellation);
            return true;
        }
        catch (TableException e) when (e.Status is 404 or 412)
        {
            return e.Status == 412 && await IsOursAsync(e, table, row, cancellation);
        }
    }

    /// <summary>Writes these columns, whatever else the row has and whether or not it is there.</summary>
    internal Task MergeAsync(string table, Row row, CancellationToken cancellation) =>
        CreatingAsync(table, client => client.UpsertEntityAsync(row.Entity, TableUpdateMode.Merge, cancellation), cancellation);

    /// <summary>False: there was no such row, or not with that ETag.</summary>
    internal async Task<bool> TryDeleteAsync(string table, string partitionKey, string rowKey, CancellationToken cancellation, string etag = "*")
    {
        if (!TableKeys.IsKey(partitionKey) || !TableKeys.IsKey(rowKey))
            return false;
        try
        {
            return (await service.GetTableClient(table).DeleteEntityAsync(partitionKey, rowKey, new ETag(etag), cancellation)).Status != 404;
        }
        catch (TableException e) when (e.Status == 412)
        {
            return false;
        }
    }

    /// <summary>All rows that the filter selects, page by page. On a request path the filter names one partition.</summary>
    internal async IAsyncEnumerable<Row> QueryAsync(
        string table,
        string? filter,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation
    )
    {
        var query = service.GetTableClient(table).QueryAsync<TableEntity>(filter, cancellationToken: cancellation);
        await using var found = query.GetAsyncEnumerator(cancellation);
        while (await MoveNextAsync(found))
            yield return new Row(found.Current);
    }

    internal async Task CreateTableAsync(string table, CancellationToken cancellation)
    {
        try
        {
            await service.CreateTableAsync(table, cancellation);
        }
        // TableBeingDeleted is left to the caller: the name is free again in a minute or so.
        catch (TableException e) when (e.ErrorCode == TableErrorCode.TableAlreadyExists)
        {
        }
    }

    internal Task DeleteTableAsync(string table, CancellationToken cancellation) => service.DeleteTableAsync(table, cancellation);

    internal async Task<IReadOnlyList<string>> ListTablesAsync(string prefix, CancellationToken cancellation)
    {
        var names = new List<string>();
        await foreach (var table in service.QueryAsync($"TableName ge '{prefix}' and TableName lt '{prefix}{{'", null, cancellation))
            names.Add(table.Name);
        return names;
    }

    private async Task CreatingAsync(string table, Func<TableClient, Task> write, CancellationToken cancellation)
    {
        var client = service.GetTableClient(table);
        try
        {
            await write(client);
        }
        catch (TableException e) when (e.ErrorCode == TableErrorCode.TableNotFound)
        {
            await CreateTableAsync(table, cancellation);
            await write(client);
        }
    }

    // A table that nothing was written to yet has no rows.
    private static async Task<bool> MoveNextAsync(IAsyncEnumerator<TableEntity> rows)
    {
        try
        {
            return await rows.MoveNextAsync();
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return false;
        }
    }

    // A retried write may meet its own first try. Only then is the row worth another look.
    private async Task<bool> IsOursAsync(TableException refusal, string table, Row written, CancellationToken cancellation) =>
        refusal.WasRetried
        && await FindAsync(table, written.PartitionKey, written.RowKey, cancellation) is { } found
        && found.Text(Row.Operation) == written.Text(Row.Operation);

    private static string NewOperation() => Guid.NewGuid().ToString("N");
}

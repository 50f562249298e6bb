using Azure;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Postern.Protocol;

namespace Postern.Storage;

/// <summary>
/// The operations of one table account that the stores need, and no OAuth. Losing a race is an answer (null or
/// false); being throttled or cut off is a <see cref="RequestFailedException"/> after the client's own retries, all within one deadline.
/// </summary>
public sealed class Tables
{
    private readonly TableServiceClient service;
    private readonly TableCalls calls;

    private Tables(TableServiceClient service, TimeSpan patience) => (this.service, calls) = (service, new TableCalls(patience));

    /// <summary>Connects to an account; no request is made.</summary>
    /// <param name="setting">A table endpoint, a connection string, or UseDevelopmentStorage=true.</param>
    /// <param name="credential">The identity for a table endpoint.</param>
    /// <param name="configure">Adds policies or another transport.</param>
    /// <param name="patience">How long one operation may take with all its tries; null: as long as a server's clients may wait.</param>
    /// <exception cref="FormatException">The setting is none of these.</exception>
    public static Tables Connect(
        string setting,
        TokenCredential? credential = null,
        Action<ClientOptions>? configure = null,
        TimeSpan? patience = null
    )
    {
        var connection = StorageSetting.TryParse(setting, out var problem) ?? throw new FormatException($"The storage setting {problem}.");
        var options = TableCalls.Options();
        configure?.Invoke(options);
        var service = (connection.Endpoint, credential) switch
        {
            (null, _) => new TableServiceClient(setting, options),
            ({ } endpoint, { } identity) => new TableServiceClient(endpoint, identity, options),
            _ => throw new FormatException("A table endpoint without a key needs an identity."),
        };
        return new Tables(service, patience ?? TableCalls.Patience);
    }

    /// <summary>One cheap round trip that proves access.</summary>
    /// <returns>What time it is for the table service (RFC 9110 §6.6.1), where it says so.</returns>
    public Task<DateTimeOffset?> CheckAsync(CancellationToken cancellation) =>
        calls.AskAsync(async token =>
        {
            await foreach (var page in service.QueryAsync((string?)null, maxPerPage: 1, token).AsPages().WithCancellation(token))
                return page.GetRawResponse().Headers.Date;
            return null;
        }, cancellation);

    internal async Task<Row?> FindAsync(string table, string partitionKey, string rowKey, CancellationToken cancellation)
    {
        if (!TableKeys.IsKey(partitionKey) || !TableKeys.IsKey(rowKey))
            return null;
        var client = service.GetTableClient(table);
        var found = await calls.AskAsync(token => client.GetEntityIfExistsAsync<TableEntity>(partitionKey, rowKey, null, token), cancellation);
        return found.HasValue ? new Row(found.Value!, found.GetRawResponse().Headers.Date) : null;
    }

    /// <summary>False: there is such a row already.</summary>
    internal Task<bool> TryInsertAsync(string table, Row row, CancellationToken cancellation) =>
        WriteAsync(table, row, token => CreatingAsync(table, client => client.AddEntityAsync(row.Entity, token), token),
            refusal => refusal.ErrorCode == TableErrorCode.EntityAlreadyExists, cancellation);

    /// <summary>False: somebody else has changed or removed the row since it was read.</summary>
    /// <exception cref="TableOutageException">Says whether it may be written all the same.</exception>
    internal Task<bool> TryReplaceAsync(string table, Row row, string etag, CancellationToken cancellation)
    {
        var client = service.GetTableClient(table);
        return WriteAsync(table, row, token => client.UpdateEntityAsync(row.Entity, new ETag(etag), TableUpdateMode.Replace, token),
            refusal => refusal.Status is 404 or 412, cancellation);
    }

    /// <summary>Writes these columns into a row that is there, whatever else it has and whoever changes it meanwhile. False: there is none.</summary>
    internal Task<bool> TryMergeAsync(string table, Row row, CancellationToken cancellation)
    {
        var client = service.GetTableClient(table);
        return WriteAsync(table, row, token => client.UpdateEntityAsync(row.Entity, ETag.All, TableUpdateMode.Merge, token),
            refusal => refusal.Status == 404, cancellation);
    }

    /// <summary>Writes these columns, whatever else the row has and whether or not it is there.</summary>
    internal Task MergeAsync(string table, Row row, CancellationToken cancellation) =>
        calls.TryAsync(
            token => CreatingAsync(table, client => client.UpsertEntityAsync(row.Entity, TableUpdateMode.Merge, token), token),
            _ => false, cancellation);

    /// <summary>False: there was no such row, or not with that ETag.</summary>
    internal async Task<bool> TryDeleteAsync(string table, string partitionKey, string rowKey, CancellationToken cancellation, string etag = "*")
    {
        if (!TableKeys.IsKey(partitionKey) || !TableKeys.IsKey(rowKey))
            return false;
        var client = service.GetTableClient(table);
        try
        {
            var deleted = await calls.AskAsync(token => client.DeleteEntityAsync(partitionKey, rowKey, new ETag(etag), token), cancellation);
            return deleted.Status != 404;
        }
        // By an earlier try of ours, whose answer was lost; or by another who wanted the same at that moment.
        catch (TableException e) when (e.Status == 404)
        {
            return true;
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
        var client = service.GetTableClient(table);
        string? next = null;
        do
        {
            var page = await calls.AskAsync(token => PageAsync(client, filter, next, token), cancellation);
            foreach (var entity in page?.Values ?? [])
                yield return new Row(entity);
            next = page?.ContinuationToken;
        } while (next is not null);
    }

    // TableBeingDeleted is left to the caller: the name is free again in a minute or so.
    internal Task CreateTableAsync(string table, CancellationToken cancellation) =>
        calls.TryAsync(token => service.CreateTableAsync(table, token), e => e.ErrorCode == TableErrorCode.TableAlreadyExists, cancellation);

    // Refused where an earlier try of ours has done it.
    internal Task DeleteTableAsync(string table, CancellationToken cancellation) =>
        calls.TryAsync(token => service.DeleteTableAsync(table, token), e => e.Status == 404, cancellation);

    internal Task<List<string>> ListTablesAsync(string prefix, CancellationToken cancellation) =>
        calls.AskAsync(async token =>
        {
            var names = new List<string>();
            await foreach (var table in service.QueryAsync($"TableName ge '{prefix}' and TableName lt '{prefix}{{'", null, token))
                names.Add(table.Name);
            return names;
        }, cancellation);

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

    private Task<bool> WriteAsync(
        string table,
        Row row,
        Func<CancellationToken, Task> write,
        Func<TableException, bool> isLost,
        CancellationToken cancellation
    ) => calls.WriteAsync(row, write, isLost, token => FindAsync(table, row.PartitionKey, row.RowKey, token), cancellation);

    // Null: the table is not there, since nothing was written to it yet.
    private static async Task<Page<TableEntity>?> PageAsync(TableClient client, string? filter, string? from, CancellationToken cancellation)
    {
        try
        {
            await foreach (var page in client.QueryAsync<TableEntity>(filter, cancellationToken: cancellation).AsPages(from))
                return page;
            return null;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }
}

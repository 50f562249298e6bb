using System.Text;
using System.Text.Json;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Postern.Protocol;

namespace Postern.Storage;

/// <summary>
/// The REST operations of one table account that the stores need, and no OAuth. Losing a race is an answer (null or
/// false); being throttled or cut off is a <see cref="RequestFailedException"/> after the pipeline's own retries.
/// </summary>
public sealed class Tables
{
    private readonly TableRequests requests;

    private Tables(TableRequests requests) => this.requests = requests;

    /// <summary>Connects to an account; no request is made.</summary>
    /// <param name="setting">A table endpoint, a connection string, or UseDevelopmentStorage=true.</param>
    /// <param name="credential">The identity for a table endpoint.</param>
    /// <param name="configure">Adds policies or another transport.</param>
    /// <exception cref="FormatException">The setting is none of these.</exception>
    public static Tables Connect(string setting, TokenCredential? credential = null, Action<ClientOptions>? configure = null)
    {
        var connection = StorageSetting.TryParse(setting, out var problem) ?? throw new FormatException($"The storage setting {problem}.");
        var options = new TablesOptions();
        options.Retry.MaxRetries = 3;
        options.Retry.Delay = TimeSpan.FromMilliseconds(100);
        options.Retry.MaxDelay = TimeSpan.FromSeconds(2);
        // All tries together end within the grace of a refresh token: whoever asks again after that would seem a thief.
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(5);
        options.Diagnostics.IsLoggingContentEnabled = false;
        configure?.Invoke(options);
        var pipeline = HttpPipelineBuilder.Build(options, [], [new TriesPolicy(), Authentication(connection, credential)], null);
        return new Tables(new TableRequests(pipeline, connection.Endpoint));
    }

    private static HttpPipelinePolicy Authentication(StorageSetting setting, TokenCredential? credential) =>
        (setting.SharedKey, credential) switch
        {
            ({ } key, _) => new SharedKeyLitePolicy(key),
            (_, { } identity) => new BearerTokenAuthenticationPolicy(identity, "https://storage.azure.com/.default"),
            _ => throw new FormatException("A table endpoint without a key needs an identity."),
        };

    /// <summary>One cheap round trip that proves access.</summary>
    /// <returns>What time it is for the table service (RFC 9110 §6.6.1), where it says so.</returns>
    public async Task<DateTimeOffset?> CheckAsync(CancellationToken cancellation)
    {
        using var message = requests.Message(RequestMethod.Get, "Tables", "$top=1");
        await requests.SendAsync(message, cancellation, 200);
        return message.Response.Headers.Date;
    }

    internal async Task<Row?> FindAsync(string table, string partitionKey, string rowKey, CancellationToken cancellation)
    {
        if (!TableKeys.IsKey(partitionKey) || !TableKeys.IsKey(rowKey))
            return null;
        using var message = requests.Message(RequestMethod.Get, Entity(table, partitionKey, rowKey));
        if (await requests.SendAsync(message, cancellation, 200, 404) == 404)
            return null;
        using var json = JsonDocument.Parse(message.Response.Content);
        return Row.Parse(json.RootElement, message.Response.Headers.ETag?.ToString());
    }

    /// <summary>False: there is such a row already.</summary>
    internal async Task<bool> TryInsertAsync(string table, Row row, CancellationToken cancellation)
    {
        row.Set(Row.Operation, NewOperation());
        for (var created = false; ; created = true)
        {
            using var message = requests.Message(RequestMethod.Post, table, content: row);
            message.Request.Headers.Add("Prefer", "return-no-content");
            if (await requests.SendAsync(message, cancellation, 201, 204, 404, 409) is 201 or 204)
                return true;
            var code = TableRequests.ErrorCode(message.Response);
            if (code == "EntityAlreadyExists")
                return await IsOursAsync(message, table, row, cancellation);
            if (created || code != "TableNotFound")
                throw TableRequests.Failure(message.Response);
            await CreateTableAsync(table, cancellation);
        }
    }

    /// <summary>False: somebody else has changed or removed the row since it was read.</summary>
    internal async Task<bool> TryReplaceAsync(string table, Row row, string etag, CancellationToken cancellation)
    {
        row.Set(Row.Operation, NewOperation());
        using var message = requests.Message(RequestMethod.Put, Entity(table, row.PartitionKey, row.RowKey), content: row);
        message.Request.Headers.Add("If-Match", etag);
        return await requests.SendAsync(message, cancellation, 204, 404, 412) switch
        {
            404 => false,
            412 => await IsOursAsync(message, table, row, cancellation),
            _ => true,
        };
    }

    /// <summary>Writes these columns, whatever else the row has and whether or not it is there.</summary>
    internal async Task MergeAsync(string table, Row row, CancellationToken cancellation)
    {
        for (var created = false; ; created = true)
        {
            using var message = requests.Message(RequestMethod.Patch, Entity(table, row.PartitionKey, row.RowKey), content: row);
            if (await requests.SendAsync(message, cancellation, 204, 404) == 204)
                return;
            if (created || TableRequests.ErrorCode(message.Response) != "TableNotFound")
                throw TableRequests.Failure(message.Response);
            await CreateTableAsync(table, cancellation);
        }
    }

    /// <summary>False: there was no such row, or not with that ETag.</summary>
    internal async Task<bool> TryDeleteAsync(string table, string partitionKey, string rowKey, CancellationToken cancellation, string etag = "*")
    {
        if (!TableKeys.IsKey(partitionKey) || !TableKeys.IsKey(rowKey))
            return false;
        using var message = requests.Message(RequestMethod.Delete, Entity(table, partitionKey, rowKey));
        message.Request.Headers.Add("If-Match", etag);
        return await requests.SendAsync(message, cancellation, 204, 404, 412) == 204;
    }

    /// <summary>All rows that the filter selects, page by page. On a request path the filter names one partition.</summary>
    internal async IAsyncEnumerable<Row> QueryAsync(
        string table,
        string? filter,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation
    )
    {
        var selection = filter is null ? "" : $"$filter={Uri.EscapeDataString(filter)}";
        for (string? next = ""; next is not null;)
        {
            var query = string.Join('&', new[] { selection, next }.Where(part => part.Length > 0));
            using var message = requests.Message(RequestMethod.Get, $"{table}()", query);
            if (await requests.SendAsync(message, cancellation, 200, 404) == 404)
                yield break;
            using var json = JsonDocument.Parse(message.Response.Content);
            foreach (var entity in json.RootElement.GetProperty("value").EnumerateArray())
                yield return Row.Parse(entity);
            next = TableRequests.Continuation(message.Response, "NextPartitionKey", "NextRowKey");
        }
    }

    internal async Task<bool> CreateTableAsync(string table, CancellationToken cancellation)
    {
        using var message = requests.Message(RequestMethod.Post, "Tables", json: Encoding.ASCII.GetBytes($"{{\"TableName\":\"{table}\"}}"));
        message.Request.Headers.Add("Prefer", "return-no-content");
        var status = await requests.SendAsync(message, cancellation, 201, 204, 409);
        // TableBeingDeleted is left to the caller: the name is free again in a minute or so.
        if (status == 409 && TableRequests.ErrorCode(message.Response) != "TableAlreadyExists")
            throw TableRequests.Failure(message.Response);
        return status != 409;
    }

    internal async Task DeleteTableAsync(string table, CancellationToken cancellation)
    {
        using var message = requests.Message(RequestMethod.Delete, $"Tables('{table}')");
        await requests.SendAsync(message, cancellation, 204, 404);
    }

    internal async Task<IReadOnlyList<string>> ListTablesAsync(string prefix, CancellationToken cancellation)
    {
        var names = new List<string>();
        var filter = Uri.EscapeDataString($"TableName ge '{prefix}' and TableName lt '{prefix}{{'");
        for (string? next = ""; next is not null;)
        {
            using var message = requests.Message(RequestMethod.Get, "Tables", $"$filter={filter}{(next.Length > 0 ? "&" : "")}{next}");
            await requests.SendAsync(message, cancellation, 200);
            using var json = JsonDocument.Parse(message.Response.Content);
            names.AddRange(json.RootElement.GetProperty("value").EnumerateArray().Select(table => table.GetProperty("TableName").GetString()!));
            next = TableRequests.Continuation(message.Response, "NextTableName");
        }
        return names;
    }

    // A retried write may meet its own first try. Only then is the row worth another look.
    private async Task<bool> IsOursAsync(HttpMessage message, string table, Row written, CancellationToken cancellation) =>
        TriesPolicy.Tries(message) > 1
        && await FindAsync(table, written.PartitionKey, written.RowKey, cancellation) is { } found
        && found.Text(Row.Operation) == written.Text(Row.Operation);

    private static string NewOperation() => Guid.NewGuid().ToString("N");

    private static string Entity(string table, string partitionKey, string rowKey) =>
        $"{table}(PartitionKey={TableKeys.Literal(partitionKey)},RowKey={TableKeys.Literal(rowKey)})";

    private sealed class TablesOptions : ClientOptions;
}

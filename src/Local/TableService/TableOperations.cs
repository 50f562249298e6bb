using System.Text.Json;
using System.Text.RegularExpressions;
using Postern.Protocol;

namespace Postern.Local;

/// <summary>The operations by method and path, with the service's statuses and error codes.</summary>
internal sealed partial class TableOperations(TableMemory memory, TimeProvider time)
{
    private const int PageSize = 1000;
    private const int MaxEntitySize = 1024 * 1024;
    private const int MaxProperties = 252;

    public async Task<TableAnswer> HandleAsync(HttpRequest request)
    {
        var path = Uri.UnescapeDataString(TableService.RawPath(request)).TrimStart('/');
        if (path == "Tables")
            return HttpMethods.IsPost(request.Method) ? await CreateTableAsync(request) : ListTables(request);
        if (DroppedTable().Match(path) is { Success: true } dropped && HttpMethods.IsDelete(request.Method))
            return memory.TryDrop(dropped.Groups[1].Value) ? TableAnswer.NoContent : TableAnswer.NotFound;
        if (KeyedEntity().Match(path) is { Success: true } keyed)
        {
            var (partitionKey, rowKey) = (Unquote(keyed.Groups[2].Value), Unquote(keyed.Groups[3].Value));
            return memory.Find(keyed.Groups[1].Value) is { } table
                ? await EntityAsync(request, table, partitionKey, rowKey)
                : TableAnswer.NoTable;
        }
        if (memory.Find(path.Replace("()", "", StringComparison.Ordinal)) is not { } named)
            return TableAnswer.NoTable;
        return HttpMethods.IsPost(request.Method) ? await InsertAsync(request, named) : Query(request, named);
    }

    private async Task<TableAnswer> CreateTableAsync(HttpRequest request)
    {
        using var body = await JsonDocument.ParseAsync(request.Body);
        var name = body.RootElement.GetProperty("TableName").GetString()!;
        if (!TableName().IsMatch(name))
            return TableAnswer.Error(400, "InvalidResourceName", "The specified resource name contains invalid characters.");
        return memory.TryCreate(name) ? TableAnswer.NoContent : TableAnswer.Error(409, "TableAlreadyExists", "The table specified already exists.");
    }

    private TableAnswer ListTables(HttpRequest request)
    {
        if (TableFilter.TryParse(request.Query["$filter"]) is not { } filter)
            return InvalidInput("The filter is not one of those known here.");
        var from = request.Query["NextTableName"].ToString();
        var names = memory.Names.Where(name => string.CompareOrdinal(name, from) >= 0 && filter.Selects(_ => name)).Take(PageSize + 1).ToList();
        var next = names.Count > PageSize ? new[] { ("x-ms-continuation-NextTableName", names[PageSize]) } : [];
        return TableAnswer.Document(writer => WriteValues(writer, names.Take(PageSize), (one, name) => one.WriteString("TableName", name)), next);
    }

    private async Task<TableAnswer> EntityAsync(HttpRequest request, Table table, string partitionKey, string rowKey)
    {
        var ifMatch = request.Headers.IfMatch.Count > 0 ? request.Headers.IfMatch.ToString() : null;
        if (HttpMethods.IsGet(request.Method))
            return table.Find(partitionKey, rowKey) is { } entity
                ? TableAnswer.Document(writer => WriteMembers(writer, entity), ("ETag", entity.ETag))
                : TableAnswer.NotFound;
        if (HttpMethods.IsDelete(request.Method))
            return ifMatch is null ? InvalidInput("If-Match is required.") : Changed(table.Change(partitionKey, rowKey, ifMatch, null), null);
        if (!HttpMethods.IsPut(request.Method) && !HttpMethods.IsPatch(request.Method))
            return TableAnswer.Error(501, "NotImplemented", "This operation is not known here.");
        var (read, refusal) = await ReadAsync(request);
        if (refusal is not null)
            return refusal;
        var next = read! with { PartitionKey = partitionKey, RowKey = rowKey };
        return Changed(table.Change(partitionKey, rowKey, ifMatch, next, merge: HttpMethods.IsPatch(request.Method)), next.ETag);
    }

    private async Task<TableAnswer> InsertAsync(HttpRequest request, Table table)
    {
        var (entity, refusal) = await ReadAsync(request);
        if (refusal is not null)
            return refusal;
        return table.TryInsert(entity!)
            ? TableAnswer.Written(entity!.ETag)
            : TableAnswer.Error(409, "EntityAlreadyExists", "The specified entity already exists.");
    }

    private static TableAnswer Query(HttpRequest request, Table table)
    {
        if (TableFilter.TryParse(request.Query["$filter"]) is not { } filter)
            return InvalidInput("The filter is not one of those known here.");
        (string, string)? from = request.Query.ContainsKey("NextPartitionKey")
            ? (request.Query["NextPartitionKey"].ToString(), request.Query["NextRowKey"].ToString())
            : null;
        var (page, next) = table.Query(filter, from, PageSize);
        (string, string)[] continuation = next is null
            ? []
            : [("x-ms-continuation-NextPartitionKey", next.PartitionKey), ("x-ms-continuation-NextRowKey", next.RowKey)];
        return TableAnswer.Document(writer => WriteValues(writer, page, WriteMembers), continuation);
    }

    private async Task<(Entity? Entity, TableAnswer? Refusal)> ReadAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        if (body.Length > MaxEntitySize)
            return (null, TableAnswer.Error(400, "EntityTooLarge", "The entity is larger than the maximum allowed size (1MB)."));
        using var json = JsonDocument.Parse(body.ToArray());
        var properties = json.RootElement.EnumerateObject()
            .ToDictionary(property => property.Name, property => property.Value.Clone(), StringComparer.Ordinal);
        var (partitionKey, rowKey) = (properties.GetValueOrDefault("PartitionKey"), properties.GetValueOrDefault("RowKey"));
        if (partitionKey.ValueKind != JsonValueKind.String || rowKey.ValueKind != JsonValueKind.String)
            return (null, TableAnswer.Error(400, "PropertiesNeedValue", "The values are not specified for all properties in the entity."));
        if (new[] { partitionKey, rowKey }.Any(key => key.GetString()!.Length > 512 || ForbiddenInKey().IsMatch(key.GetString()!)))
            return (null, TableAnswer.Error(400, "OutOfRangeInput", "One of the request inputs is out of range."));
        if (properties.Keys.Count(name => !name.Contains('@', StringComparison.Ordinal)) - 2 > MaxProperties)
            return (null, TableAnswer.Error(400, "TooManyProperties", "The entity contains more properties than allowed."));
        if (properties.Values.Any(value => value.ValueKind == JsonValueKind.String && value.GetString()!.Length > 32 * 1024))
            return (null, TableAnswer.Error(400, "PropertyValueTooLarge", "The property value exceeds the maximum allowed size (64KB)."));
        properties["Timestamp"] = Timestamp();
        return (new Entity(partitionKey.GetString()!, rowKey.GetString()!, memory.NewETag(), properties), null);
    }

    private JsonElement Timestamp()
    {
        using var json = JsonDocument.Parse($"\"{time.GetUtcNow().UtcDateTime:O}\"");
        return json.RootElement.Clone();
    }

    private static TableAnswer Changed(int status, string? etag) =>
        status switch
        {
            404 => TableAnswer.NotFound,
            412 => TableAnswer.Error(412, "UpdateConditionNotSatisfied", "The update condition specified in the request was not satisfied."),
            _ => etag is null ? TableAnswer.NoContent : TableAnswer.Written(etag),
        };

    private static TableAnswer InvalidInput(string message) => TableAnswer.Error(400, "InvalidInput", message);

    private static void WriteValues<T>(Utf8JsonWriter writer, IEnumerable<T> values, Action<Utf8JsonWriter, T> write)
    {
        writer.WriteStartArray("value");
        foreach (var value in values)
        {
            writer.WriteStartObject();
            write(writer, value);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static void WriteMembers(Utf8JsonWriter writer, Entity entity)
    {
        writer.WriteString("odata.etag", entity.ETag);
        writer.WriteMembers(entity.Properties);
    }

    private static string Unquote(string key) => key.Replace("''", "'", StringComparison.Ordinal);

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9]{2,62}$")]
    private static partial Regex TableName();

    [GeneratedRegex(@"^Tables\('([^']+)'\)$")]
    private static partial Regex DroppedTable();

    [GeneratedRegex(@"^([A-Za-z0-9]+)\(PartitionKey='((?:[^']|'')*)',RowKey='((?:[^']|'')*)'\)$")]
    private static partial Regex KeyedEntity();

    [GeneratedRegex(@"[/\\#?\u0000-\u001F\u007F-\u009F]")]
    private static partial Regex ForbiddenInKey();
}

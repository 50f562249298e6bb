using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;

namespace Postern.Local;

/// <summary>One version of an entity: its properties as they came, and the version's ETag.</summary>
internal sealed record Entity(string PartitionKey, string RowKey, string ETag, IReadOnlyDictionary<string, JsonElement> Properties);

/// <summary>Tables of entities, in the order of their keys. Every change is one step under the table's lock.</summary>
internal sealed class TableMemory
{
    private readonly ConcurrentDictionary<string, Table> tables = new(StringComparer.OrdinalIgnoreCase);
    private long versions;

    public IEnumerable<string> Names => tables.Values.Select(table => table.Name).Order(StringComparer.Ordinal);

    public bool TryCreate(string name) => tables.TryAdd(name, new Table(name));

    public bool TryDrop(string name) => tables.TryRemove(name, out _);

    public Table? Find(string name) => tables.GetValueOrDefault(name);

    /// <summary>Unique for good, and shaped like the service's.</summary>
    public string NewETag() =>
        $"W/\"datetime'2026-01-01T00%3A00%3A00.{Interlocked.Increment(ref versions).ToString("D7", CultureInfo.InvariantCulture)}Z'\"";
}

/// <summary>The entities of one table.</summary>
internal sealed class Table(string name)
{
    private readonly SortedDictionary<(string PartitionKey, string RowKey), Entity> entities =
        new(Comparer<(string PartitionKey, string RowKey)>.Create(Compare));

    public string Name => name;

    public Entity? Find(string partitionKey, string rowKey)
    {
        lock (entities)
            return entities.GetValueOrDefault((partitionKey, rowKey));
    }

    public bool TryInsert(Entity entity)
    {
        lock (entities)
            return entities.TryAdd((entity.PartitionKey, entity.RowKey), entity);
    }

    /// <summary>Null where the condition does not hold: 404 without such an entity, 412 with another ETag.</summary>
    /// <param name="partitionKey">Key.</param>
    /// <param name="rowKey">Key.</param>
    /// <param name="ifMatch">An ETag, a star, or null for an upsert.</param>
    /// <param name="entity">The new version; null deletes.</param>
    /// <param name="merge">Whether properties that the new version lacks stay as they are.</param>
    public int Change(string partitionKey, string rowKey, string? ifMatch, Entity? entity, bool merge = false)
    {
        lock (entities)
        {
            var current = entities.GetValueOrDefault((partitionKey, rowKey));
            if (ifMatch is not null && current is null)
                return 404;
            if (ifMatch is not null and not "*" && current!.ETag != ifMatch)
                return 412;
            if (entity is null)
                entities.Remove((partitionKey, rowKey));
            else
                entities[(partitionKey, rowKey)] = merge && current is not null ? Merged(current, entity) : entity;
            return 204;
        }
    }

    private static Entity Merged(Entity current, Entity change)
    {
        var kept = current.Properties.Where(property => !change.Properties.ContainsKey(property.Key));
        return change with { Properties = kept.Concat(change.Properties).ToDictionary(StringComparer.Ordinal) };
    }

    /// <summary>A page of what the filter selects, from a key on.</summary>
    public (IReadOnlyList<Entity> Page, Entity? Next) Query(TableFilter filter, (string PartitionKey, string RowKey)? from, int size)
    {
        lock (entities)
        {
            var selected = entities
                .Values.Where(entity => from is not { } start || Compare((entity.PartitionKey, entity.RowKey), start) >= 0)
                .Where(entity => filter.Selects(name => name == "PartitionKey" ? entity.PartitionKey : name == "RowKey" ? entity.RowKey : null))
                .Take(size + 1)
                .ToList();
            return selected.Count > size ? (selected[..size], selected[size]) : (selected, null);
        }
    }

    private static int Compare((string PartitionKey, string RowKey) one, (string PartitionKey, string RowKey) other)
    {
        var order = string.CompareOrdinal(one.PartitionKey, other.PartitionKey);
        return order != 0 ? order : string.CompareOrdinal(one.RowKey, other.RowKey);
    }
}

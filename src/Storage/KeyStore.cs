namespace Postern.Storage;

/// <summary>A signing key at rest: its public half, and its private half sealed for the vault.</summary>
/// <param name="Name">Unique; the row key.</param>
/// <param name="ETag">As read; empty for one that is not stored yet.</param>
public sealed record KeyRow(string Name, string ETag)
{
    public required string KeyType { get; init; }

    public required int Generation { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? WithdrawnAt { get; init; }

    public required byte[] PublicKey { get; init; }

    public required string WrappingKey { get; init; }

    public required byte[] Sealed { get; init; }
}

/// <summary>Wrapped signing keys: a handful of rows in one partition. Of two instances that make the same key, one inserts it.</summary>
public sealed class KeyStore(Tables tables)
{
    private const string Keys = "keys";
    private const string Partition = "signing";

    public async Task<IReadOnlyList<KeyRow>> ListAsync(CancellationToken cancellation)
    {
        var keys = new List<KeyRow>();
        await foreach (var row in tables.QueryAsync(Keys, $"PartitionKey eq '{Partition}'", cancellation))
            keys.Add(FromRow(row));
        return keys;
    }

    public Task<bool> TryInsertAsync(KeyRow key, CancellationToken cancellation) => tables.TryInsertAsync(Keys, ToRow(key), cancellation);

    public Task<bool> TryReplaceAsync(KeyRow key, CancellationToken cancellation) => tables.TryReplaceAsync(Keys, ToRow(key), key.ETag, cancellation);

    public Task<bool> TryDeleteAsync(KeyRow key, CancellationToken cancellation) => tables.TryDeleteAsync(Keys, Partition, key.Name, cancellation, key.ETag);

    private static Row ToRow(KeyRow key) =>
        new Row(Partition, key.Name)
            .Set("KeyType", key.KeyType)
            .Set("Generation", key.Generation)
            .Set("CreatedAt", key.CreatedAt)
            .Set("WithdrawnAt", key.WithdrawnAt)
            .Set("PublicKey", key.PublicKey)
            .Set("WrappingKey", key.WrappingKey)
            .Set("Sealed", key.Sealed);

    private static KeyRow FromRow(Row row) =>
        new(row.RowKey, row.ETag)
        {
            KeyType = row.RequiredText("KeyType"),
            Generation = row.Number("Generation") ?? 0,
            CreatedAt = row.RequiredInstant("CreatedAt"),
            WithdrawnAt = row.Instant("WithdrawnAt"),
            PublicKey = row.RequiredBytes("PublicKey"),
            WrappingKey = row.RequiredText("WrappingKey"),
            Sealed = row.RequiredBytes("Sealed"),
        };
}

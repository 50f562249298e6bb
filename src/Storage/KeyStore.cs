namespace Postern.Storage;

/// <summary>A signing key as it is stored: public half in clear, private half for the vault's eyes only.</summary>
public sealed record KeyRow
{
    /// <summary><c>kty</c>.</summary>
    public required string KeyType { get; init; }

    /// <summary>1, 2, 3 … within the type. Instances that create the next key at once collide here, and one wins.</summary>
    public required int Generation { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Since when it is no longer trusted: it neither signs nor is published.</summary>
    public DateTimeOffset? WithdrawnAt { get; init; }

    /// <summary>SubjectPublicKeyInfo.</summary>
    public required byte[] PublicKey { get; init; }

    /// <summary>The version of the vault's key that wraps it, as name and version.</summary>
    public required string WrappingKey { get; init; }

    /// <summary>The private half, sealed; some two kilobytes at most.</summary>
    public required byte[] Sealed { get; init; }

    /// <summary>Unique, and the row key.</summary>
    public string Name => $"{KeyType}-{Generation:D6}";

    internal string ETag { get; init; } = "";
}

/// <summary>Wrapped signing keys: a handful of rows in one partition. Of two instances that make the same key, one inserts it.</summary>
public sealed class KeyStore(Tables tables)
{
    private const string Keys = "keys";
    private const string Partition = "signing";

    /// <summary>All of them, unfiltered.</summary>
    public async Task<IReadOnlyList<KeyRow>> ListAsync(CancellationToken cancellation)
    {
        var keys = new List<KeyRow>();
        await foreach (var row in tables.QueryAsync(Keys, $"PartitionKey eq '{Partition}'", cancellation))
            keys.Add(FromRow(row));
        return keys;
    }

    /// <summary>False: a key of that name is there.</summary>
    public Task<bool> TryInsertAsync(KeyRow key, CancellationToken cancellation) => tables.TryInsertAsync(Keys, ToRow(key), cancellation);

    /// <summary>False: it is not as it was read any more.</summary>
    public Task<bool> TryReplaceAsync(KeyRow key, CancellationToken cancellation) => tables.TryReplaceAsync(Keys, ToRow(key), key.ETag, cancellation);

    /// <summary>False: it is not as it was read any more.</summary>
    public Task<bool> TryDeleteAsync(KeyRow key, CancellationToken cancellation) =>
        tables.TryDeleteAsync(Keys, Partition, key.Name, cancellation, key.ETag);

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
        new()
        {
            ETag = row.ETag,
            KeyType = row.RequiredText("KeyType"),
            Generation = row.RequiredNumber("Generation"),
            CreatedAt = row.RequiredInstant("CreatedAt"),
            WithdrawnAt = row.Instant("WithdrawnAt"),
            PublicKey = row.RequiredBytes("PublicKey"),
            WrappingKey = row.RequiredText("WrappingKey"),
            Sealed = row.RequiredBytes("Sealed"),
        };
}

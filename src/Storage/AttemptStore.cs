using System.Security.Cryptography;
using System.Text;
using Postern.Protocol;

namespace Postern.Storage;

/// <summary>Counters of sign-in attempts. A bucket is kept as its hash, for people type passwords into the wrong field.</summary>
public sealed class AttemptStore(Tables tables)
{
    private readonly ExpiringRows rows = new(tables, "attempts");

    public async Task<Stored<Attempts>?> FindAsync(string bucket, DateOnly day, CancellationToken cancellation) =>
        await rows.FindAsync(day, Key(bucket), cancellation) is { } row
            ? new Stored<Attempts>(new Attempts(row.Number("Count") ?? 0, row.Age), row.ETag)
            : null;

    /// <summary>False: another attempt was counted since <paramref name="read"/>, null where there was none.</summary>
    public Task<bool> TryRecordAsync(string bucket, DateOnly day, Stored<Attempts>? read, Attempts next, CancellationToken cancellation)
    {
        var row = rows.New(Key(bucket)).Set("Count", next.Count);
        return read is null ? rows.TryInsertAsync(day, row, cancellation) : rows.TryReplaceAsync(day, row, read.ETag, cancellation);
    }

    public Task ForgetAsync(string bucket, DateOnly day, CancellationToken cancellation) => rows.TryDeleteAsync(day, Key(bucket), cancellation);

    private static string Key(string bucket) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(bucket)));
}

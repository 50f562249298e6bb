using System.Collections.Concurrent;
using Postern.Signing;

namespace Postern.Tests;

/// <summary>A table in memory that inserts, compares and swaps as Table Storage does, and waits before each answer so that callers overlap.</summary>
public sealed class WrappedKeyTable
{
    private readonly ConcurrentDictionary<string, WrappedKey> rows = new();
    private int etag;

    public WrappedKeyTable() =>
        Rows = new WrappedKeyRows(
            _ => AfterYieldAsync<IReadOnlyList<WrappedKey>>(() => Unreachable ? throw new InvalidOperationException("The table is down.") : [.. rows.Values]),
            (key, _) => AfterYieldAsync(() => rows.TryAdd(key.Name, Tagged(key))),
            (key, _) => AfterYieldAsync(() => rows.TryGetValue(key.Name, out var old) && old.ETag == key.ETag && rows.TryUpdate(key.Name, Tagged(key), old)),
            (key, _) => AfterYieldAsync(() => rows.TryGetValue(key.Name, out var old) && old.ETag == key.ETag && rows.TryRemove(new(key.Name, old))));

    public WrappedKeyRows Rows { get; }

    public bool Unreachable { get; set; }

    public IReadOnlyList<WrappedKey> All => [.. rows.Values.OrderBy(row => row.Name, StringComparer.Ordinal)];

    /// <summary>What somebody with access to the table could do.</summary>
    public void Overwrite(WrappedKey key) => rows[key.Name] = Tagged(key);

    private WrappedKey Tagged(WrappedKey key) => key with { ETag = $"W/\"{Interlocked.Increment(ref etag)}\"" };

    private static async Task<T> AfterYieldAsync<T>(Func<T> answer)
    {
        await Task.Yield();
        return answer();
    }
}

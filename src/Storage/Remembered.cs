using System.Collections.Concurrent;

namespace Postern.Storage;

/// <summary>Rows that are read often and change seldom, or that there are none, remembered for a while. Concurrent misses share one read.</summary>
/// <param name="read">Reads one.</param>
/// <param name="time">The clock.</param>
/// <param name="cacheFor">How long one is remembered.</param>
internal sealed class Remembered<T>(Func<string, Task<T?>> read, TimeProvider time, TimeSpan cacheFor)
    where T : class
{
    // Strangers can ask for any number of rows that there are not.
    private const int MaxCached = 1000;

    private readonly ConcurrentDictionary<string, (Task<T?> Value, long Since)> cache = new(StringComparer.Ordinal);

    public Task<T?> FindAsync(string key, CancellationToken cancellation)
    {
        if (cache.TryGetValue(key, out var cached) && IsGood(cached))
            return cached.Value.WaitAsync(cancellation);
        if (cache.Count >= MaxCached)
            cache.Clear();
        // Not cancelled with the request that happens to come first, for others wait for it too.
        var reading = read(key);
        cache[key] = (reading, time.GetTimestamp());
        return reading.WaitAsync(cancellation);
    }

    /// <summary>Does not remember what was before a write, whether or not that came through.</summary>
    public async Task<bool> Forgetting(string key, Task<bool> write)
    {
        try
        {
            return await write;
        }
        finally
        {
            cache.TryRemove(key, out _);
        }
    }

    private bool IsGood((Task<T?> Value, long Since) cached) =>
        time.GetElapsedTime(cached.Since) < cacheFor && !cached.Value.IsFaulted && !cached.Value.IsCanceled;
}

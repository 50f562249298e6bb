using System.Collections.Concurrent;

namespace Postern.Storage;

/// <summary>Rows that are read far more often than they change, remembered for a while; that there is none is remembered too.</summary>
/// <param name="time">The clock.</param>
/// <param name="lasts">For how long.</param>
/// <param name="read">Reads one by its key.</param>
internal sealed class Remembered<T>(TimeProvider time, TimeSpan lasts, Func<string, Task<T?>> read)
    where T : class
{
    // Strangers can ask for any number of things that there are not.
    private const int MaxCount = 1000;

    private readonly ConcurrentDictionary<string, (Task<T?> Value, long Since)> cache = new(StringComparer.Ordinal);

    /// <summary>As it is remembered, or else as it is; concurrent misses share one read.</summary>
    public Task<T?> FindAsync(string key, CancellationToken cancellation)
    {
        if (cache.TryGetValue(key, out var cached) && IsGood(cached))
            return cached.Value.WaitAsync(cancellation);
        if (cache.Count >= MaxCount)
            cache.Clear();
        // Not cancelled with the request that happens to come first, for others wait for it too.
        var reading = read(key);
        cache[key] = (reading, time.GetTimestamp());
        return reading.WaitAsync(cancellation);
    }

    /// <summary>Whatever becomes of the write, it is read anew after it.</summary>
    public async Task<bool> ForgettingAsync(string key, Task<bool> write)
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
        time.GetElapsedTime(cached.Since) < lasts && !cached.Value.IsFaulted && !cached.Value.IsCanceled;
}

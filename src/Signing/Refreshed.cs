namespace Postern.Signing;

/// <summary>
/// Something that is read over the network now and then. Callers share one reading. Where it fails, those who can live with
/// the last known value get that, and where it dawdles too, unless that value is so old that the reading is worth the wait.
/// </summary>
/// <param name="read">Reads it.</param>
/// <param name="interval">How old a value may be before it is read again.</param>
/// <param name="settled">Up to this age what has changed since does not matter yet. For an older value a reading is worth waiting for.</param>
/// <param name="clock">Whose steady time counts: a wall clock that was set back would keep a value for as long.</param>
internal sealed class Refreshed<T>(Func<CancellationToken, Task<T>> read, TimeSpan interval, TimeSpan settled, TimeProvider clock) where T : class
{
    // A vault that is down must not slow down those who have no need of it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    // How long a failure is believed, where there is an older value to live on.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private Task<T>? running;
    private volatile Failure? failure;
    private volatile Reading? last;

    /// <summary>Is told of each reading that failed: nobody else may be, where an older value serves.</summary>
    public Action<Exception>? Failed { get; set; }

    /// <summary>The value as it was read less than the interval ago or, if it cannot be read, one not older than <paramref name="oldest"/>.</summary>
    public async ValueTask<T> GetAsync(TimeSpan oldest, CancellationToken cancellation)
    {
        var known = last;
        if (known is not null && Since(known.At) < interval)
            return known.Value;
        if (known is not null && Since(known.At) >= oldest)
            known = null;
        if (known is not null && failure is { } failed && Since(failed.At) < Pause)
            return known.Value;
        var reading = Share();
        try
        {
            var isSettled = known is not null && Since(known.At) < settled;
            return await (isSettled ? reading.WaitAsync(Patience, cancellation) : reading.WaitAsync(cancellation));
        }
        catch (Exception) when (known is not null && !cancellation.IsCancellationRequested)
        {
            return known.Value;
        }
    }

    /// <summary>The value as it is now: not what was known, nor what a reading under way may already have seen.</summary>
    public async Task<T> ReadAgainAsync(CancellationToken cancellation)
    {
        await ((Volatile.Read(ref running) ?? Task.CompletedTask).WaitAsync(cancellation)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return await Share().WaitAsync(cancellation);
    }

    private Task<T> Share()
    {
        lock (gate)
        {
            if (running is { IsCompleted: false })
                return running;
            // Neither with the caller's token, for others wait too, nor on its thread, which holds the gate.
            return running = Task.Run(ReadAsync);
        }
    }

    private async Task<T> ReadAsync()
    {
        var startedAt = clock.GetTimestamp();
        try
        {
            var value = await read(CancellationToken.None);
            last = new Reading(value, startedAt);
            return value;
        }
        catch (Exception exception)
        {
            failure = new Failure(clock.GetTimestamp());
            Failed?.Invoke(exception);
            throw;
        }
    }

    private TimeSpan Since(long at) => clock.GetElapsedTime(at);

    private sealed record Reading(T Value, long At);

    private sealed record Failure(long At);
}

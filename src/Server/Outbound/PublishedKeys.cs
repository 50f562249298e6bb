using Postern.Protocol;

namespace Postern.Server;

/// <summary>
/// The keys that somebody publishes at a URL, kept for a while. Whoever is out of reach costs nobody but those who need a key of theirs
/// that was never read, and those once a minute; what was read last serves for a day.
/// </summary>
/// <param name="fetch">Reads them; null: there is nothing usable.</param>
/// <param name="clock">Whose steady time counts.</param>
internal sealed class PublishedKeys(Func<Task<JwkSet?>> fetch, TimeProvider clock)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Oldest = TimeSpan.FromDays(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private Task running = Task.CompletedTask;
    private long? triedAt;
    private volatile Reading? last;

    /// <summary>The keys as they were read not long ago; as they are now, where nobody has read them yet. Null: they cannot be read.</summary>
    public async Task<JwkSet?> FindAsync(CancellationToken cancellation)
    {
        var known = Known();
        if (known is not null && Since(known.At) < Fresh)
            return known.Keys;
        var reading = Read();
        // Who has something to live on does not wait.
        if (known is not null)
            return known.Keys;
        await reading.WaitAsync(cancellation);
        return Known()?.Keys;
    }

    /// <summary>Other keys than those, for a token that none of them has signed: read at most once a minute. Null: there are no others yet.</summary>
    public async Task<JwkSet?> FindNewerAsync(JwkSet than, CancellationToken cancellation)
    {
        await Read().WaitAsync(cancellation);
        return Known() is { } known && known.Keys != than ? known.Keys : null;
    }

    private Task Read()
    {
        lock (gate)
        {
            if (running.IsCompleted && (triedAt is not { } at || Since(at) >= Pause))
            {
                triedAt = clock.GetTimestamp();
                // Neither with the caller's token, for others wait too, nor on its thread, which holds the gate.
                running = Task.Run(ReadAsync);
            }
            return running;
        }
    }

    private async Task ReadAsync()
    {
        if (await fetch() is { } keys)
            last = new Reading(keys, clock.GetTimestamp());
    }

    private Reading? Known() => last is { } reading && Since(reading.At) < Oldest ? reading : null;

    private TimeSpan Since(long at) => clock.GetElapsedTime(at);

    private sealed record Reading(JwkSet Keys, long At);
}

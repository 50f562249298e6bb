using System.Security.Cryptography;
using Azure;
using Postern.Protocol;
using Postern.Storage;

namespace Postern.Signing;

/// <summary>Signing keys that Postern generates, stored as rows that only the vault can open. Rotated by a timer.</summary>
public sealed class WrappedKeys : ISigningKeys, IDisposable
{
    // Each lost race means that somebody else did the same work, so a second look finds it done.
    private const int Attempts = 4;

    private readonly WrappingKey wrappingKey;
    private readonly OpenedKeys opened;
    private readonly KeyStore rows;
    private readonly KeySchedule schedule;
    private readonly TimeProvider clock;
    private readonly Refreshed<WrappedKeySet> keys;
    private readonly Refreshed<WrappedKeySet> filled;

    /// <param name="vault">Holds the wrapping key.</param>
    /// <param name="wrappingKeyName">An RSA key of 2048 bits or more that permits <c>wrapKey</c> and <c>unwrapKey</c>.</param>
    /// <param name="rows">The table.</param>
    /// <param name="schedule">When keys are published, sign and retire.</param>
    /// <param name="clock">The time.</param>
    public WrappedKeys(KeyVault vault, string wrappingKeyName, KeyStore rows, KeySchedule schedule, TimeProvider clock)
    {
        wrappingKey = new WrappingKey(vault, wrappingKeyName, clock);
        opened = new OpenedKeys(wrappingKey, clock);
        (this.rows, this.schedule, this.clock) = (rows, schedule, clock);
        keys = new Refreshed<WrappedKeySet>(ReadAsync, schedule.RefreshInterval, schedule.Settled, clock);
        filled = new Refreshed<WrappedKeySet>(FillAsync, TimeSpan.Zero, TimeSpan.Zero, clock);
    }

    public Action<Exception>? Failed { get => keys.Failed; set => keys.Failed = value; }

    /// <remarks>As the rows say: to look at them and to retire one, nobody needs the vault.</remarks>
    public async Task<IReadOnlyList<SigningKey>> ListAsync(CancellationToken cancellation) =>
        Reported(await ListRowsAsync(cancellation)).Keys.List(clock.GetUtcNow());

    public async Task RotateAsync(CancellationToken cancellation) => await CreateAsync(await ListRowsAsync(cancellation), _ => true, cancellation);

    public async Task RotateIfDueAsync(CancellationToken cancellation)
    {
        await CreateAsync(await ProveRowsAsync(cancellation), IsDue, cancellation);
        await DeletePastAsync(await ProveRowsAsync(cancellation), cancellation);
        await RewrapAsync(await ProveRowsAsync(cancellation), cancellation);
        await keys.ReadAgainAsync(cancellation);
    }

    public async Task<bool> RetireAsync(string keyId, CancellationToken cancellation)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if ((await ListRowsAsync(cancellation)).Find(keyId) is not { } key)
                return false;
            if (key.WithdrawnAt is null && !await rows.TryReplaceAsync(key with { WithdrawnAt = clock.GetUtcNow() }, cancellation))
                continue;
            await SucceedAsync(key, cancellation);
            return true;
        }
        throw new SigningKeyException($"The key {keyId} was changed by others {Attempts} times in a row; it is not retired yet.");
    }

    /// <summary>The keys as they were known at most a lead ago: a key unknown since then would not be due to sign yet.</summary>
    internal ValueTask<WrappedKeySet> ForSigningAsync(CancellationToken cancellation) => keys.GetAsync(schedule.Lead, cancellation);

    /// <summary>The keys as last known: old ones are better than none, with which no token could be verified.</summary>
    internal ValueTask<WrappedKeySet> ForPublishingAsync(CancellationToken cancellation) => keys.GetAsync(TimeSpan.MaxValue, cancellation);

    internal Task<PrivateKey> OpenAsync(KeyRow key) => opened.OpenAsync(key);

    public void Dispose() => opened.Dispose();

    /// <summary>The keys as they are now, and one of each type among them, made if need be. Whoever asks meanwhile gets the same.</summary>
    internal async Task<WrappedKeySet> FilledAsync(CancellationToken cancellation)
    {
        await filled.GetAsync(TimeSpan.Zero, cancellation);
        return await keys.ReadAgainAsync(cancellation);
    }

    // An empty table is filled by whoever reads it first, be it for the JWK Set: an empty one would be cached by verifiers.
    private async Task<WrappedKeySet> ReadAsync(CancellationToken cancellation)
    {
        var read = Reported(await ProveRowsAsync(cancellation));
        if (!IsFilled(read))
            read = await TryFillAsync(read, cancellation);
        var now = clock.GetUtcNow();
        opened.Keep(read.Rows.Where(row => read.StateOf(row, now) is KeyState.Current or KeyState.Next));
        return read;
    }

    private async Task<WrappedKeySet> TryFillAsync(WrappedKeySet read, CancellationToken cancellation)
    {
        try
        {
            return await FillAsync(cancellation);
        }
        // What was read counts: a key that was withdrawn must not stay in use because the vault cannot help to replace it.
        catch (Exception exception) when (read.Rows.Any())
        {
            Failed?.Invoke(exception);
            return read;
        }
    }

    private WrappedKeySet Reported(WrappedKeySet read)
    {
        foreach (var (row, reason) in read.Unusable)
            Failed?.Invoke(new SigningKeyException(
                $"The row {row.Name} of the table 'keys' {reason}, and the key is not used. Restore the row, or delete it."));
        return read;
    }

    private async Task<WrappedKeySet> FillAsync(CancellationToken cancellation)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var read = await ProveRowsAsync(cancellation);
            if (IsFilled(read))
                return read;
            await CreateAsync(read, newest => newest is null or { WithdrawnAt: not null }, cancellation);
        }
        throw new SigningKeyException("No signing key could be created: every attempt was undone by others.");
    }

    private bool IsFilled(WrappedKeySet read) => SigningAlgorithms.KeyTypes.All(keyType => read.Signing(keyType, clock.GetUtcNow()) is not null);

    private async Task<WrappedKeySet> ListRowsAsync(CancellationToken cancellation) =>
        new(await rows.ListAsync(cancellation), new Dictionary<string, Exception>(), schedule);

    private async Task<WrappedKeySet> ProveRowsAsync(CancellationToken cancellation)
    {
        var all = await ListRowsAsync(cancellation);
        return all.Without(await opened.ProveAsync(all.Rows.Where(row => row.WithdrawnAt is null)));
    }

    private async Task SucceedAsync(KeyRow retired, CancellationToken cancellation)
    {
        try
        {
            await CreateAsync(await ListRowsAsync(cancellation), IsDue, cancellation);
        }
        catch (Exception failed) when (failed is RequestFailedException or SigningKeyException)
        {
            // Another key of its type signs: the timer makes what is still to be made.
            if ((await ListRowsAsync(cancellation)).Signing(retired.KeyType, clock.GetUtcNow()) is not null)
                return;
            throw new SigningKeyException(
                $"The key is retired: servers stop using it. But there is no {retired.KeyType} key yet to take its place, and until "
                + $"there is, no token can be signed by one; servers keep trying. {failed.Message.Split('\n')[0].Trim()}",
                failed
            );
        }
    }

    private bool IsDue(KeyRow? newest) =>
        newest is null or { WithdrawnAt: not null } || newest.CreatedAt + schedule.RotateAfter <= clock.GetUtcNow();

    // A generation that exists already was created by somebody else for the same reason: that is as good.
    private async Task CreateAsync(WrappedKeySet known, Func<KeyRow?, bool> isDue, CancellationToken cancellation)
    {
        foreach (var keyType in SigningAlgorithms.KeyTypes.Where(keyType => isDue(known.Newest(keyType))))
        {
            var next = await wrappingKey.CreateAsync(keyType, (known.Newest(keyType)?.Generation ?? 0) + 1, cancellation);
            await rows.TryInsertAsync(next, cancellation);
        }
    }

    private async Task RewrapAsync(WrappedKeySet known, CancellationToken cancellation)
    {
        var (id, publicKey) = await wrappingKey.NewestAsync(cancellation);
        using var wrapping = publicKey;
        var failures = new List<Exception>();
        foreach (var key in known.Rows.Where(key => key.WrappingKey != id && key.WithdrawnAt is null))
        {
            try
            {
                await rows.TryReplaceAsync(await wrappingKey.RewrapAsync(key, id, wrapping, cancellation), cancellation);
            }
            // One that cannot be opened any more must not keep the others under the old version.
            catch (Exception exception) when (exception is RequestFailedException or CryptographicException)
            {
                failures.Add(exception);
            }
        }
        if (failures.Count > 0)
            throw failures[0];
    }

    // The newest row stays whatever its state, or its generation would be given out twice.
    private async Task DeletePastAsync(WrappedKeySet known, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var past = known.Rows.Where(key => known.StateOf(key, now) == KeyState.Past || key.WithdrawnAt + schedule.Tail <= now);
        foreach (var key in past.Where(key => key != known.Newest(key.KeyType)))
            await rows.TryDeleteAsync(key, cancellation);
    }
}

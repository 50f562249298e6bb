using Postern.Protocol;
using Postern.Storage;

namespace Postern.Signing;

/// <summary>Signs in memory with a key that the vault unwrapped once for this instance.</summary>
public sealed class WrappedKeySigner(WrappedKeys keys, TimeProvider clock) : ISigner, IDisposable
{
    // No request holds on to a key for longer than this.
    private static readonly TimeSpan LongestUse = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly Dictionary<string, Task<PrivateKey>> open = [];
    private readonly List<(Task<PrivateKey> Key, DateTimeOffset Since)> leaving = [];
    private WrappedKeySet? swept;

    public async ValueTask<string> SignAsync(string algorithm, string type, ReadOnlyMemory<byte> claims, CancellationToken cancellation)
    {
        var keyType = SigningAlgorithms.KeyTypeOf(algorithm);
        var opened = await OpenAsync(await WithKeyAsync(keyType, cancellation), keyType).WaitAsync(cancellation);
        return await opened.SignAsync(algorithm, type, claims);
    }

    public async ValueTask<IReadOnlyList<Jwk>> PublishedKeysAsync(CancellationToken cancellation)
    {
        var known = await keys.ForPublishingAsync(cancellation);
        lock (gate)
            Sweep(known);
        return known.Keys.Published(clock.GetUtcNow()) is { Count: > 0 } published
            ? published
            : throw new SigningKeyException("There is no key to publish: all were withdrawn, and none could be made.");
    }

    /// <remarks>An instance that has its keys open needs nobody to sign.</remarks>
    public async Task CheckAsync(CancellationToken cancellation)
    {
        foreach (var keyType in SigningAlgorithms.KeyTypes)
            await OpenAsync(await WithKeyAsync(keyType, cancellation), keyType).WaitAsync(cancellation);
    }

    public void Dispose()
    {
        lock (gate)
        {
            foreach (var key in open.Values.Concat(leaving.Select(entry => entry.Key)))
                Wipe(key);
            open.Clear();
            leaving.Clear();
        }
    }

    private async Task<WrappedKeySet> WithKeyAsync(string keyType, CancellationToken cancellation)
    {
        var known = await keys.ForSigningAsync(cancellation);
        return known.Signing(keyType, clock.GetUtcNow()) is null ? await keys.FilledAsync(cancellation) : known;
    }

    private Task<PrivateKey> OpenAsync(WrappedKeySet known, string keyType)
    {
        var key = known.Signing(keyType, clock.GetUtcNow())
            ?? throw new SigningKeyException("Every signing key has been withdrawn since the list of keys was read.");
        lock (gate)
        {
            Sweep(known);
            return Open(key);
        }
    }

    // Concurrent requests share one call. It is not theirs to cancel.
    private Task<PrivateKey> Open(KeyRow key)
    {
        if (open.TryGetValue(key.Name, out var opening) && !opening.IsFaulted && !opening.IsCanceled)
            return opening;
        return open[key.Name] = Task.Run(() => keys.OpenAsync(key, CancellationToken.None));
    }

    /// <summary>
    /// With each new list of keys, what no longer signs is put aside, and wiped once no request can still be using it; what
    /// will sign is opened ahead, lest the vault be down at that moment.
    /// </summary>
    private void Sweep(WrappedKeySet known)
    {
        if (swept == known)
            return;
        swept = known;
        var now = clock.GetUtcNow();
        foreach (var (key, _) in leaving.Where(entry => entry.Since + LongestUse <= now))
            Wipe(key);
        leaving.RemoveAll(entry => entry.Since + LongestUse <= now);
        var keysBy = known.Rows.ToLookup(key => known.StateOf(key, now));
        // An instance that only verifies has no use for any.
        foreach (var next in open.Count > 0 ? keysBy[KeyState.Next] : [])
            Open(next);
        foreach (var name in open.Keys.Except(keysBy[KeyState.Current].Concat(keysBy[KeyState.Next]).Select(key => key.Name)).ToList())
        {
            open.Remove(name, out var retired);
            leaving.Add((retired!, now));
        }
    }

    private static void Wipe(Task<PrivateKey> key)
    {
        if (key.IsCompletedSuccessfully)
            key.Result.Dispose();
    }
}

using Postern.Protocol;
using Postern.Storage;

namespace Postern.Signing;

/// <summary>Signs in memory with a key that the vault unwrapped once for this instance.</summary>
public sealed class WrappedKeySigner(WrappedKeys keys, TimeProvider clock) : ISigner, IDisposable
{
    public async ValueTask<string> SignAsync(string algorithm, string type, ReadOnlyMemory<byte> claims, CancellationToken cancellation)
    {
        var key = await SigningAsync(SigningAlgorithms.KeyTypeOf(algorithm), cancellation);
        var opened = await keys.OpenAsync(key).WaitAsync(cancellation);
        return await opened.SignAsync(algorithm, type, claims);
    }

    public async ValueTask<IReadOnlyList<Jwk>> PublishedKeysAsync(CancellationToken cancellation) =>
        (await keys.ForPublishingAsync(cancellation)).Keys.Published(clock.GetUtcNow()) is { Count: > 0 } published
            ? published
            : throw new SigningKeyException("There is no key to publish: all were withdrawn, and none could be made.");

    /// <remarks>An instance that has its keys open needs nobody to sign.</remarks>
    public async Task CheckAsync(CancellationToken cancellation)
    {
        foreach (var keyType in SigningAlgorithms.KeyTypes)
            await keys.OpenAsync(await SigningAsync(keyType, cancellation)).WaitAsync(cancellation);
    }

    public void Dispose() => keys.Dispose();

    private async Task<KeyRow> SigningAsync(string keyType, CancellationToken cancellation)
    {
        var known = await keys.ForSigningAsync(cancellation);
        return known.Signing(keyType, clock.GetUtcNow())
            ?? (await keys.FilledAsync(cancellation)).Signing(keyType, clock.GetUtcNow())
            ?? throw new SigningKeyException("Every signing key has been withdrawn since the list of keys was read.");
    }
}

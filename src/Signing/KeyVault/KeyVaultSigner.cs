using System.Security.Cryptography;
using Azure;
using Postern.Protocol;

namespace Postern.Signing;

/// <summary>Signs in the vault, one <c>sign</c> call a token: the private key never leaves, only digests go there.</summary>
public sealed class KeyVaultSigner(KeyVault vault, VaultKeys keys, TimeProvider clock) : ISigner
{
    public async ValueTask<string> SignAsync(string algorithm, string type, ReadOnlyMemory<byte> claims, CancellationToken cancellation)
    {
        var keyType = SigningAlgorithms.KeyTypeOf(algorithm);
        var known = await keys.ForSigningAsync(cancellation);
        var first = known.Signing(keyType, clock.GetUtcNow());
        try
        {
            if (first is not null)
                return await SignAsync(algorithm, type, claims, known, first, cancellation);
        }
        catch (RequestFailedException e) when (e.Status is 403 or 404 && !cancellation.IsCancellationRequested)
        {
            // Perhaps the version was disabled or deleted since the list was read.
            if (!await IsOutdatedAsync(first!, keyType, cancellation))
                throw;
        }
        var current = first is null ? await keys.ReadAgainAsync(cancellation) : await keys.ForSigningAsync(cancellation);
        var second = current.Signing(keyType, clock.GetUtcNow()) ?? throw keys.NoneSigns(keyType);
        return await SignAsync(algorithm, type, claims, current, second, cancellation);
    }

    public async ValueTask<IReadOnlyList<Jwk>> PublishedKeysAsync(CancellationToken cancellation) =>
        (await keys.ForPublishingAsync(cancellation)).Published(clock.GetUtcNow()) is { Count: > 0 } published
            // Verifiers would keep an empty set for a while.
            ? published
            : throw keys.NoneSigns(Jwk.Rsa);

    public async Task CheckAsync(CancellationToken cancellation)
    {
        var known = await keys.ReadAgainAsync(cancellation);
        // Who has no use for one of them need not create it.
        var there = known.Ring.Versions.Select(version => version.KeyType).Distinct().DefaultIfEmpty(Jwk.Rsa);
        if (there.FirstOrDefault(keyType => known.Signing(keyType, clock.GetUtcNow()) is null) is { } missing)
            throw keys.NoneSigns(missing);
    }

    private async Task<bool> IsOutdatedAsync(KeyVersion refused, string keyType, CancellationToken cancellation) =>
        (await keys.ReadAgainAsync(cancellation)).Signing(keyType, clock.GetUtcNow())?.Id != refused.Id;

    private ValueTask<string> SignAsync(
        string algorithm, string type, ReadOnlyMemory<byte> claims, KeySet known, KeyVersion version, CancellationToken cancellation)
    {
        var publicKey = known[version];
        return Jws.SignAsync(algorithm, type, publicKey.KeyId, claims, async input =>
        {
            var signature = await vault.SignAsync(KeyVaultKeyId.Parse(version.Id), algorithm, SHA256.HashData(input), cancellation);
            // It came over the network, and to look costs a thousandth of that.
            return publicKey.Verifies(algorithm, input, signature)
                ? signature
                : throw new KeyVaultException(503, $"Key Vault answered with a signature that is not one by {version.Id}.", "BadSignature");
        });
    }
}

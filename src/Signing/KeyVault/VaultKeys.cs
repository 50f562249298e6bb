using System.Collections.Concurrent;
using Azure;
using Azure.Security.KeyVault.Keys;
using Postern.Protocol;

namespace Postern.Signing;

/// <summary>
/// Signing keys that live in the vault. The vault rotates them by its policy and its attributes say which are good;
/// a version that is disabled there is withdrawn here.
/// </summary>
public sealed class VaultKeys : ISigningKeys
{
    private readonly KeyVault vault;
    private readonly VaultKeyNames names;
    private readonly KeySchedule schedule;
    private readonly TimeProvider clock;
    private readonly Refreshed<KeySet> keys;

    // A version's public half never changes.
    private readonly ConcurrentDictionary<KeyVaultKeyId, Jwk> publicKeys = new();

    // Versions of another type than the key's name promises.
    private readonly ConcurrentDictionary<string, bool> unusable = new();

    public VaultKeys(KeyVault vault, VaultKeyNames names, KeySchedule schedule, TimeProvider clock)
    {
        (this.vault, this.names, this.schedule, this.clock) = (vault, names, schedule, clock);
        keys = new Refreshed<KeySet>(ReadPublishedAsync, schedule.RefreshInterval, schedule.Settled, clock);
    }

    public Action<Exception>? Failed
    {
        get => keys.Failed;
        set => keys.Failed = value;
    }

    public async Task<IReadOnlyList<SigningKey>> ListAsync(CancellationToken cancellation) =>
        (await ReadAllAsync(cancellation)).List(clock.GetUtcNow());

    public Task RotateAsync(CancellationToken cancellation) => Task.WhenAll(names.All.Select(key => vault.RotateAsync(key.Name, cancellation)));

    public Task RotateIfDueAsync(CancellationToken cancellation) => Task.CompletedTask;

    public async Task<bool> RetireAsync(string keyId, CancellationToken cancellation)
    {
        var all = await ReadAllAsync(cancellation);
        if (all.Find(keyId) is not { } retiring)
            return false;
        var now = clock.GetUtcNow();
        var others = all.Ring.Versions.Where(version => version != retiring && version.KeyType == retiring.KeyType && version.IsGood(now));
        // Verifiers have forgotten those, and would not know what they sign; the next key they know at least in part.
        var forgotten = all.Ring.StateOf(retiring, now) == KeyState.Current
            ? others.Where(version => all.Ring.StateOf(version, now) == KeyState.Past).ToList()
            : [];
        // The successor first: there is no moment in which nothing can sign.
        if (!others.Except(forgotten).Any())
            await vault.RotateAsync(names[retiring.KeyType], cancellation);
        foreach (var version in forgotten.Append(retiring))
            await vault.DisableAsync(KeyVaultKeyId.Parse(version.Id), cancellation);
        await keys.ReadAgainAsync(cancellation);
        return true;
    }

    /// <summary>The keys as they were known at most a lead ago: a key unknown since then would not be due to sign yet.</summary>
    internal ValueTask<KeySet> ForSigningAsync(CancellationToken cancellation) => keys.GetAsync(schedule.Lead, cancellation);

    /// <summary>The keys as last known: old ones are better than none, with which no token could be verified.</summary>
    internal ValueTask<KeySet> ForPublishingAsync(CancellationToken cancellation) => keys.GetAsync(TimeSpan.MaxValue, cancellation);

    internal Task<KeySet> ReadAgainAsync(CancellationToken cancellation) => keys.ReadAgainAsync(cancellation);

    internal SigningKeyException NoneSigns(string keyType)
    {
        var kind = keyType == Jwk.Rsa ? "--kty RSA --size 2048" : "--kty EC --curve P-256";
        return new($"The key \"{names[keyType]}\" in {vault.Address} has no version of type {keyType} that is enabled and valid now. "
            + $"Create one with: az keyvault key create --vault-name {vault.Address.Host.Split('.')[0]} --name {names[keyType]} {kind}");
    }

    private Task<KeySet> ReadPublishedAsync(CancellationToken cancellation) =>
        ReadAsync(ring => ring.Published(clock.GetUtcNow()), cancellation);

    private Task<KeySet> ReadAllAsync(CancellationToken cancellation) => ReadAsync(ring => ring.Versions, cancellation);

    private async Task<KeySet> ReadAsync(Func<KeyRing, IReadOnlyList<KeyVersion>> wanted, CancellationToken cancellation)
    {
        var versions = await VersionsAsync(cancellation);
        while (true)
        {
            var ring = new KeyRing([.. versions.Where(version => !unusable.ContainsKey(version.Id))], schedule);
            var read = await WithPublicKeysAsync(ring, wanted(ring), cancellation);
            // Without one that turned out to be no key of its kind, others are wanted.
            if (!ring.Versions.Any(version => unusable.ContainsKey(version.Id)))
                return read;
        }
    }

    private async Task<IReadOnlyList<KeyVersion>> VersionsAsync(CancellationToken cancellation)
    {
        var lists = await Task.WhenAll(names.All.Select(async key => (await vault.VersionsAsync(key.Name, KeyVaultErrors.CryptoUser, cancellation))
            .Select(version => new KeyVersion(KeyVaultKeyId.Of(version).ToString(), key.KeyType, version.CreatedOn!.Value)
            {
                UpdatedAt = version.UpdatedOn ?? version.CreatedOn.Value,
                NotBefore = version.NotBefore,
                ExpiresAt = version.ExpiresOn,
                Enabled = version.Enabled == true,
            })));
        return [.. lists.SelectMany(list => list)];
    }

    private async Task<KeySet> WithPublicKeysAsync(KeyRing ring, IReadOnlyList<KeyVersion> versions, CancellationToken cancellation)
    {
        var found = await Task.WhenAll(versions.Select(async version => (version.Id, Key: await PublicKeyAsync(version, cancellation))));
        return new KeySet(ring, found.Where(entry => entry.Key is not null).ToDictionary(entry => entry.Id, entry => entry.Key!));
    }

    private async Task<Jwk?> PublicKeyAsync(KeyVersion version, CancellationToken cancellation)
    {
        var id = KeyVaultKeyId.Parse(version.Id);
        if (publicKeys.TryGetValue(id, out var known))
            return known;
        if (await FindAsync(version, id, cancellation) is not { } key)
            return null;
        switch (version.KeyType, key.KeyType.ToString(), key.Key)
        {
            // Keys in hardware say RSA-HSM and EC-HSM; what they sign does not differ.
            case (Jwk.Rsa, "RSA" or "RSA-HSM", { N.Length: >= 256 }):
                return publicKeys[id] = Jwk.FromRsa(key.Key.N, key.Key.E!);
            case (Jwk.EllipticCurve, "EC" or "EC-HSM", _) when key.Key.CurveName == KeyCurveName.P256:
                return publicKeys[id] = Jwk.FromP256(key.Key.X!, key.Key.Y!);
            default:
                // Older versions and the other key sign on.
                unusable[version.Id] = true;
                Failed?.Invoke(new SigningKeyException(
                    $"The key {id} in {vault.Address} is of type {key.KeyType} {key.Key.CurveName} and is not used; "
                    + $"it must be {(version.KeyType == Jwk.Rsa ? "RSA of 2048 bits" : "EC on P-256")}."));
                return null;
        }
    }

    // Who may read a disabled version is the vault's to say; it is of no use anyway.
    private async Task<KeyVaultKey?> FindAsync(KeyVersion version, KeyVaultKeyId id, CancellationToken cancellation)
    {
        try
        {
            return await vault.FindAsync(id.Name, id.Version, KeyVaultErrors.CryptoUser, cancellation);
        }
        catch (RequestFailedException e) when (e.Status == 403 && !version.Enabled)
        {
            return null;
        }
    }
}

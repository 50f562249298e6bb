using System.Security.Cryptography;

namespace Postern.Local;

/// <summary>The keys of the test vault, by name and version.</summary>
internal sealed class VaultKeyTable(TimeProvider clock) : IDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, List<VaultKey>> keys = [];

    /// <summary>A new version of a key, or the first one.</summary>
    public VaultKey Create(string name, string keyType)
    {
        var key = new VaultKey(name, RandomNumberGenerator.GetHexString(32, lowercase: true), keyType, clock.GetUtcNow());
        lock (gate)
        {
            if (!keys.TryGetValue(name, out var versions))
                keys[name] = versions = [];
            versions.Add(key);
        }
        return key;
    }

    /// <summary>One version; the newest where none is named.</summary>
    public VaultKey? Find(string name, string? version)
    {
        lock (gate)
            return keys.GetValueOrDefault(name)?.FindLast(key => version is null || key.Version == version);
    }

    public IReadOnlyList<VaultKey> Versions(string name)
    {
        lock (gate)
            return [.. keys.GetValueOrDefault(name) ?? []];
    }

    public void Update(VaultKey key, Action<VaultKey> change)
    {
        lock (gate)
        {
            change(key);
            key.UpdatedAt = clock.GetUtcNow();
        }
    }

    public bool Delete(string name)
    {
        lock (gate)
            return keys.Remove(name);
    }

    public void Dispose()
    {
        foreach (var key in keys.Values.SelectMany(versions => versions))
            key.Dispose();
    }
}

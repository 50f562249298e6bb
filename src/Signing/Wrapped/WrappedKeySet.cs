using Postern.Protocol;
using Postern.Storage;

namespace Postern.Signing;

/// <summary>The rows as read at one instant, and the key ring they make.</summary>
internal sealed class WrappedKeySet
{
    private readonly Dictionary<string, KeyRow> rows;

    public WrappedKeySet(IReadOnlyList<KeyRow> rows, KeySchedule schedule)
    {
        this.rows = rows.ToDictionary(row => row.Name);
        Keys = new KeySet(
            new KeyRing([.. rows.Select(VersionOf)], schedule),
            rows.ToDictionary(row => row.Name, row => PrivateKey.ReadPublicKey(row.KeyType, row.PublicKey)));
    }

    public KeySet Keys { get; }

    public IEnumerable<KeyRow> Rows => rows.Values;

    public KeyRow? Newest(string keyType) => rows.Values.Where(row => row.KeyType == keyType).MaxBy(row => row.Generation);

    public KeyRow? Find(string keyId) => rows.Values.FirstOrDefault(row => Keys[VersionOf(row)].KeyId == keyId);

    public KeyRow? Signing(string keyType, DateTimeOffset now) => Keys.Signing(keyType, now) is { } version ? rows[version.Id] : null;

    public bool IsPast(KeyRow row, DateTimeOffset now) => Keys.Ring.StateOf(VersionOf(row), now) == KeyState.Past;

    private static KeyVersion VersionOf(KeyRow row) =>
        new(row.Name, row.KeyType, row.CreatedAt) { Enabled = row.WithdrawnAt is null, UpdatedAt = row.WithdrawnAt ?? row.CreatedAt };
}

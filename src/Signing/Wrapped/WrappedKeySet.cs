using Postern.Protocol;
using Postern.Storage;

namespace Postern.Signing;

/// <summary>The rows as read at one instant, and the key ring they make.</summary>
internal sealed class WrappedKeySet
{
    private readonly Dictionary<string, KeyRow> rows = [];

    public WrappedKeySet(IReadOnlyList<KeyRow> all, KeySchedule schedule)
    {
        var publicKeys = new Dictionary<string, Jwk>();
        var damaged = new List<KeyRow>();
        foreach (var row in all)
        {
            if (PrivateKey.ReadPublicKey(row.KeyType, row.PublicKey) is { } publicKey)
                (rows[row.Name], publicKeys[row.Name]) = (row, publicKey);
            else
                damaged.Add(row);
        }
        (Damaged, Keys) = (damaged, new KeySet(new KeyRing([.. rows.Values.Select(VersionOf)], schedule), publicKeys));
    }

    public KeySet Keys { get; }

    /// <summary>Rows that cannot be read. They stop nobody from using the others, and their generations are taken.</summary>
    public IReadOnlyList<KeyRow> Damaged { get; }

    public IEnumerable<KeyRow> Rows => rows.Values;

    public KeyRow? Newest(string keyType) =>
        rows.Values.Concat(Damaged.Select(row => row with { WithdrawnAt = row.CreatedAt }))
            .Where(row => row.KeyType == keyType)
            .MaxBy(row => row.Generation);

    public KeyRow? Find(string keyId) => Keys.Find(keyId) is { } version ? rows[version.Id] : null;

    public KeyRow? Signing(string keyType, DateTimeOffset now) => Keys.Signing(keyType, now) is { } version ? rows[version.Id] : null;

    public KeyState StateOf(KeyRow row, DateTimeOffset now) => Keys.Ring.StateOf(VersionOf(row), now);

    private static KeyVersion VersionOf(KeyRow row) =>
        new(row.Name, row.KeyType, row.CreatedAt) { Enabled = row.WithdrawnAt is null, UpdatedAt = row.WithdrawnAt ?? row.CreatedAt };
}

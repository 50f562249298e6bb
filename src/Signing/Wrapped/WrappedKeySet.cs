using Postern.Protocol;
using Postern.Storage;

namespace Postern.Signing;

/// <summary>The rows as read at one instant, and the key ring they make.</summary>
internal sealed class WrappedKeySet
{
    private readonly Dictionary<string, KeyRow> rows = [];
    private readonly IReadOnlyList<KeyRow> all;
    private readonly KeySchedule schedule;

    /// <param name="all">Every row.</param>
    /// <param name="refused">Rows that do not open, by name, with the reason.</param>
    /// <param name="schedule">When keys are published, sign and retire.</param>
    public WrappedKeySet(IReadOnlyList<KeyRow> all, IReadOnlyDictionary<string, Exception> refused, KeySchedule schedule)
    {
        var publicKeys = new Dictionary<string, Jwk>();
        var unusable = new List<(KeyRow Row, string Reason)>();
        foreach (var row in all)
        {
            if (refused.TryGetValue(row.Name, out var exception))
                unusable.Add((row, $"does not open ({exception.Message.Split('\n')[0].Trim()})"));
            else if (PrivateKey.ReadPublicKey(row.KeyType, row.PublicKey) is { } publicKey)
                (rows[row.Name], publicKeys[row.Name]) = (row, publicKey);
            else
                unusable.Add((row, "has no public key that can be read"));
        }
        (this.all, this.schedule, Unusable) = (all, schedule, unusable);
        Keys = new KeySet(new KeyRing([.. rows.Values.Select(VersionOf)], schedule), publicKeys);
    }

    public KeySet Keys { get; }

    /// <summary>Rows that cannot be read or do not open. They stop nobody from using the others, and their generations are taken.</summary>
    public IReadOnlyList<(KeyRow Row, string Reason)> Unusable { get; }

    public IEnumerable<KeyRow> Rows => rows.Values;

    public KeyRow? Newest(string keyType) =>
        rows.Values.Concat(Unusable.Select(it => it.Row with { WithdrawnAt = it.Row.CreatedAt }))
            .Where(row => row.KeyType == keyType)
            .MaxBy(row => row.Generation);

    public WrappedKeySet Without(IReadOnlyDictionary<string, Exception> refused) => refused.Count == 0 ? this : new(all, refused, schedule);

    public KeyRow? Find(string keyId) => Keys.Find(keyId) is { } version ? rows[version.Id] : null;

    public KeyRow? Signing(string keyType, DateTimeOffset now) => Keys.Signing(keyType, now) is { } version ? rows[version.Id] : null;

    public KeyState StateOf(KeyRow row, DateTimeOffset now) => Keys.Ring.StateOf(VersionOf(row), now);

    private static KeyVersion VersionOf(KeyRow row) =>
        new(row.Name, row.KeyType, row.CreatedAt) { Enabled = row.WithdrawnAt is null, UpdatedAt = row.WithdrawnAt ?? row.CreatedAt };
}

using Postern.Protocol;

namespace Postern.Signing;

/// <summary>The key ring with the public keys of its versions, as read at one instant.</summary>
/// <param name="ring">The versions.</param>
/// <param name="publicKeys">By id of version; versions that are not to be published may be missing.</param>
internal sealed class KeySet(KeyRing ring, IReadOnlyDictionary<string, Jwk> publicKeys)
{
    private volatile Publication? last;

    public KeyRing Ring => ring;

    public Jwk this[KeyVersion version] => publicKeys[version.Id];

    public KeyVersion? Find(string keyId) =>
        ring.Versions.FirstOrDefault(version => publicKeys.TryGetValue(version.Id, out var key) && key.KeyId == keyId);

    public KeyVersion? Signing(string keyType, DateTimeOffset now) =>
        ring.Signing(keyType, now) is { } version && publicKeys.ContainsKey(version.Id) ? version : null;

    /// <summary>Worked out anew only when it can have changed, for whoever verifies a token asks.</summary>
    public IReadOnlyList<Jwk> Published(DateTimeOffset now)
    {
        var known = last;
        if (known is null || now < known.From || known.Until <= now)
            last = known = new Publication(
                [.. ring.Published(now).Where(version => publicKeys.ContainsKey(version.Id)).Select(version => publicKeys[version.Id])],
                now,
                ring.UnchangedUntil(now)
            );
        return known.Keys;
    }

    public IReadOnlyList<SigningKey> List(DateTimeOffset now) =>
    [
        .. ring.Versions
            .Where(version => publicKeys.ContainsKey(version.Id))
            .OrderBy(version => version.KeyType, StringComparer.Ordinal).ThenBy(version => version.CreatedAt)
            .Select(version => new SigningKey(this[version].KeyId, version.KeyType, version.Id, ring.StateOf(version, now), version.CreatedAt)
            {
                SignsFrom = ring.SignsFrom(version),
                PublishedUntil = ring.PublishedUntil(version, now),
                ExpiresAt = version.ExpiresAt,
            }),
    ];

    private sealed record Publication(IReadOnlyList<Jwk> Keys, DateTimeOffset From, DateTimeOffset Until);
}

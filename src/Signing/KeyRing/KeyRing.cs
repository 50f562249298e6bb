using Postern.Protocol;

namespace Postern.Signing;

/// <summary>
/// Which key signs and which are published: a pure function of key versions and time, so that instances that never speak
/// to each other agree.
/// </summary>
internal sealed class KeyRing(IReadOnlyList<KeyVersion> versions, KeySchedule schedule)
{
    public IReadOnlyList<KeyVersion> Versions => versions;

    /// <summary>The version that signs now, or null where no version is good.</summary>
    public KeyVersion? Signing(string keyType, DateTimeOffset now) =>
        ByPreference(versions.Where(version => version.KeyType == keyType && version.IsGood(now)), now).FirstOrDefault();

    /// <summary>
    /// The versions to publish, those that sign first: everything from the oldest whose tokens may still live, or which is
    /// about to sign again, to the newest. One that was withdrawn is never among them.
    /// </summary>
    public IReadOnlyList<KeyVersion> Published(DateTimeOffset now) =>
        [.. versions.Select(version => version.KeyType).Distinct().OrderDescending().SelectMany(keyType => Published(keyType, now))];

    /// <summary>An instant until which <see cref="Published(DateTimeOffset)"/> stays as it is now.</summary>
    public DateTimeOffset UnchangedUntil(DateTimeOffset now) =>
        versions.Select(version => version.KeyType).Distinct().SelectMany(Changes)
            .SelectMany(at => new[] { at - schedule.Notice, at, at + schedule.Tail })
            // Some of them count from that instant on, others only after it.
            .SelectMany(at => new[] { at, at.AddTicks(1) })
            .Where(at => at > now)
            .DefaultIfEmpty(DateTimeOffset.MaxValue)
            .Min();

    public KeyState StateOf(KeyVersion version, DateTimeOffset now)
    {
        if (!version.Enabled)
            return KeyState.Withdrawn;
        var current = Signing(version.KeyType, now);
        if (version == current)
            return KeyState.Current;
        if (current is null || IsNewer(version, current))
            return version.ExpiresAt <= now ? KeyState.Past : KeyState.Next;
        return Published(version.KeyType, now).Contains(version) ? KeyState.Retired : KeyState.Past;
    }

    /// <summary>When the version began to sign or, as the others stand now, will begin; null where it never does.</summary>
    public DateTimeOffset? SignsFrom(KeyVersion version)
    {
        var ofType = versions.Where(other => other.KeyType == version.KeyType).ToList();
        return Changes(version.KeyType)
            .Where(at => at >= version.CreatedAt)
            .Order()
            .Cast<DateTimeOffset?>()
            .FirstOrDefault(at => ByPreference(ofType.Where(other => WasGood(other, at!.Value)), at!.Value).FirstOrDefault() == version);
    }

    /// <summary>
    /// When the version will no longer be published, as the others stand now; null where nothing has taken its place yet, or
    /// it is not published.
    /// </summary>
    public DateTimeOffset? PublishedUntil(KeyVersion version, DateTimeOffset now) =>
        !Published(version.KeyType, now).Contains(version)
            ? null
            : Changes(version.KeyType)
                .Select(at => at + schedule.Tail)
                .Where(at => at > now)
                .Order()
                .Cast<DateTimeOffset?>()
                .FirstOrDefault(at => !Published(version.KeyType, at!.Value).Contains(version));

    private IEnumerable<KeyVersion> Published(string keyType, DateTimeOffset now)
    {
        var oldest = Window(keyType, now).SelectMany(at => MayHaveSigned(keyType, at)).OrderBy(version => version, Age).FirstOrDefault();
        if (oldest is null)
            return [];
        var current = Signing(keyType, now);
        return versions
            .Where(version => version.KeyType == keyType && version.Enabled && !IsNewer(oldest, version) && !HasEnded(version, now))
            .OrderByDescending(version => version == current)
            .ThenByDescending(version => version, Age);
    }

    // The start as well: whoever signed then may have begun before.
    private IEnumerable<DateTimeOffset> Window(string keyType, DateTimeOffset now)
    {
        var start = now - schedule.Tail;
        return Changes(keyType).Where(at => start < at && at <= now + schedule.Notice).Append(start);
    }

    /// <summary>Who signs changes at these instants only, so asking at each of them leaves out nobody.</summary>
    private IEnumerable<DateTimeOffset> Changes(string keyType) =>
        versions
            .Where(version => version.KeyType == keyType)
            .SelectMany(version =>
                new[] { version.CreatedAt, version.CreatedAt + schedule.Notice, version.UpdatedAt, version.NotBefore, version.ExpiresAt })
            .OfType<DateTimeOffset>();

    /// <summary>
    /// The version preferred at that instant; while it is not known whether that one was already enabled then, the one
    /// after it as well, and so on.
    /// </summary>
    private IEnumerable<KeyVersion> MayHaveSigned(string keyType, DateTimeOffset at)
    {
        foreach (var version in ByPreference(versions.Where(version => version.KeyType == keyType && version.MayHaveBeenGood(at)), at))
        {
            yield return version;
            if (version.UpdatedAt <= at)
                yield break;
        }
    }

    // First the newest of those that verifiers have had time to learn. Without one, nobody gains by waiting: the first key
    // of all signs at once, and after an emergency so does the one that was published longest.
    private IEnumerable<KeyVersion> ByPreference(IEnumerable<KeyVersion> good, DateTimeOffset at)
    {
        var known = good.ToLookup(version => version.CreatedAt + schedule.Notice <= at);
        return known[true].OrderByDescending(version => version, Age).Concat(known[false].OrderBy(version => version, Age));
    }

    // Until it was withdrawn it signed, too.
    private static bool WasGood(KeyVersion version, DateTimeOffset at) =>
        version.CreatedAt <= at && (version.IsGood(at) || (!version.Enabled && at < version.UpdatedAt));

    private bool HasEnded(KeyVersion version, DateTimeOffset now) =>
        version.ExpiresAt + schedule.Tail <= now && version.UpdatedAt + schedule.Tail <= now;

    private static bool IsNewer(KeyVersion one, KeyVersion other) => Age.Compare(one, other) > 0;

    // Versions of the same second are told apart by their ids, so that every instance takes the same one.
    private static readonly Comparer<KeyVersion> Age = Comparer<KeyVersion>.Create((one, other) =>
        one.CreatedAt != other.CreatedAt ? one.CreatedAt.CompareTo(other.CreatedAt) : string.CompareOrdinal(one.Id, other.Id));
}

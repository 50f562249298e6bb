namespace Postern.Protocol;

/// <summary>What the row keeps of the current refresh token and of the one before.</summary>
public sealed record RefreshState
{
    /// <summary>SHA-256 of the lineage that all tokens of the grant share.</summary>
    public required byte[] LineageHash { get; init; }

    /// <summary>SHA-256 of the current link.</summary>
    public required byte[] LinkHash { get; init; }

    /// <summary>1 for the token that came with the code.</summary>
    public int Generation { get; init; } = 1;

    /// <summary>Sliding expiry, moved by each use.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>SHA-256 of the link before; null in the first generation.</summary>
    public byte[]? PreviousLinkHash { get; init; }

    /// <summary>With the previous link, yields the current one again.</summary>
    public byte[]? Salt { get; init; }

    public DateTimeOffset? RotatedAt { get; init; }

    /// <summary>The state for the first token.</summary>
    public static RefreshState First(RefreshSecret secret, DateTimeOffset expiresAt) =>
        new() { LineageHash = secret.LineageHash, LinkHash = secret.LinkHash, ExpiresAt = expiresAt };

    /// <summary>What a presented secret is to this state.</summary>
    public RefreshPresentation Presented(RefreshSecret secret, TimeSpan grace, DateTimeOffset now)
    {
        if (!Strict.HashEquals(LineageHash, secret.LineageHash))
            return RefreshPresentation.Unknown;
        if (Strict.HashEquals(LinkHash, secret.LinkHash))
            return now < ExpiresAt ? RefreshPresentation.Current : RefreshPresentation.Expired;
        if (Strict.HashEquals(PreviousLinkHash, secret.LinkHash) && now - RotatedAt <= grace)
            return now < ExpiresAt ? RefreshPresentation.Retry : RefreshPresentation.Expired;
        return RefreshPresentation.Reuse;
    }

    /// <summary>The state after the presented token was replaced by <c>presented.Next(salt)</c>.</summary>
    public RefreshState Rotated(RefreshSecret presented, byte[] salt, DateTimeOffset expiresAt, DateTimeOffset now) =>
        this with
        {
            LinkHash = presented.Next(salt).LinkHash,
            PreviousLinkHash = LinkHash,
            Salt = salt,
            RotatedAt = now,
            ExpiresAt = expiresAt,
            Generation = Generation + 1,
        };
}

/// <summary>What a presented refresh token turns out to be (RFC 9700 §4.14.2).</summary>
public enum RefreshPresentation
{
    /// <summary>Not of this grant: nothing happens to the grant.</summary>
    Unknown,

    /// <summary>The current one.</summary>
    Current,

    /// <summary>The current one, unused for too long, or one that would yield it.</summary>
    Expired,

    /// <summary>The one before, within the grace window: it yields the current one again.</summary>
    Retry,

    /// <summary>An earlier one: somebody else has a copy, so the grant is revoked.</summary>
    Reuse,
}

namespace Postern.Protocol;

/// <summary>What the row keeps of the current refresh token and of the ones before.</summary>
public sealed record RefreshState
{
    // As many links in a row as an honest client, whose answers get lost now and then, does not ask for twice.
    private const int Shadow = 0b111;

    /// <summary>SHA-256 of the lineage that all tokens of the grant share.</summary>
    public required byte[] LineageHash { get; init; }

    /// <summary>SHA-256 of the current link.</summary>
    public required byte[] LinkHash { get; init; }

    /// <summary>1 for the token that came with the code.</summary>
    public int Generation { get; init; } = 1;

    /// <summary>Sliding expiry, moved by each use.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The link before; null in the first generation.</summary>
    public ReplacedLink? Previous { get; init; }

    /// <summary>The link before that, where it may be asked for again: one tab of a browser has gone on while another lost its answer.</summary>
    public ReplacedLink? Earlier { get; init; }

    /// <summary>
    /// Whether an access token of the current generation has been seen in use: then somebody has got what the previous link
    /// yields, and whoever asks for it again is somebody else.
    /// </summary>
    public bool IsInUse { get; init; }

    /// <summary>Which links were asked for twice: the lowest bit for the previous one, the next for the one before it, and so on.</summary>
    public int AskedTwice { get; init; }

    /// <summary>The state for the first token.</summary>
    public static RefreshState First(RefreshSecret secret, DateTimeOffset expiresAt) =>
        new() { LineageHash = secret.LineageHash, LinkHash = secret.LinkHash, ExpiresAt = expiresAt };

    /// <summary>What a presented secret is to this state.</summary>
    /// <param name="secret">The secret.</param>
    /// <param name="grace">For how long at most a replaced one may be asked for again; zero: not at all.</param>
    /// <param name="now">For the sliding expiry.</param>
    /// <param name="readAt">For the grace: when the row was read, by the clock by which links were replaced.</param>
    public RefreshPresentation Presented(RefreshSecret secret, TimeSpan grace, DateTimeOffset now, DateTimeOffset readAt)
    {
        if (!Strict.HashEquals(LineageHash, secret.LineageHash))
            return RefreshPresentation.Unknown;
        var isCurrent = Strict.HashEquals(LinkHash, secret.LinkHash);
        if (!isCurrent && (IsInUse || Replaced(secret)?.IsOpen(grace, readAt) != true))
            return RefreshPresentation.Reuse;
        if (!isCurrent && AskedAgain(secret).AskedTwice == Shadow)
            return RefreshPresentation.Shadow;
        if (now >= ExpiresAt)
            return RefreshPresentation.Expired;
        return isCurrent ? RefreshPresentation.Current : RefreshPresentation.Retry;
    }

    /// <summary>The current token's secret, from that of a token which may be asked for again.</summary>
    public RefreshSecret Current(RefreshSecret presented) =>
        Strict.HashEquals(Previous?.LinkHash, presented.LinkHash)
            ? presented.Next(Previous!.Salt)
            : presented.Next(Earlier!.Salt).Next(Previous!.Salt);

    /// <summary>The state once a replaced token was asked for again, whether for the first time or not.</summary>
    public RefreshState AskedAgain(RefreshSecret presented) =>
        this with { AskedTwice = AskedTwice | (Strict.HashEquals(Previous?.LinkHash, presented.LinkHash) ? 0b001 : 0b010) };

    /// <summary>The state once an access token of a generation was seen in use; the same where that says nothing new.</summary>
    public RefreshState InUse(int generation) => generation == Generation ? this with { IsInUse = true } : this;

    /// <summary>Whether it is worth a write that an access token of a generation was seen in use.</summary>
    /// <param name="generation">The token's; null where it has none.</param>
    /// <param name="grace">As in <see cref="Presented"/>.</param>
    /// <param name="readAt">As in <see cref="Presented"/>.</param>
    public bool Awaits(int? generation, TimeSpan grace, DateTimeOffset readAt) =>
        generation == Generation && !IsInUse && Previous?.IsOpen(grace, readAt) == true;

    /// <summary>The state after the presented token was replaced by <c>presented.Next(salt)</c>.</summary>
    public RefreshState Rotated(RefreshSecret presented, byte[] salt, DateTimeOffset expiresAt) =>
        this with
        {
            LinkHash = presented.Next(salt).LinkHash,
            Previous = new ReplacedLink(LinkHash, salt, null),
            // A link that is closed stays closed. And a shadow that asked for every other link would ask for none twice in a row.
            Earlier = IsInUse || AskedTwice > 1 ? null : Previous,
            IsInUse = false,
            AskedTwice = (AskedTwice << 1) & Shadow,
            ExpiresAt = expiresAt,
            Generation = Generation + 1,
        };

    private ReplacedLink? Replaced(RefreshSecret secret) =>
        new[] { Previous, Earlier }.FirstOrDefault(link => Strict.HashEquals(link?.LinkHash, secret.LinkHash));
}

/// <summary>A link that was replaced by another.</summary>
/// <param name="LinkHash">SHA-256 of the link.</param>
/// <param name="Salt">With the link, yields the one that replaced it.</param>
/// <param name="ReplacedAt">When the table service wrote that, by its own clock; null until then.</param>
public sealed record ReplacedLink(byte[] LinkHash, byte[] Salt, DateTimeOffset? ReplacedAt)
{
    /// <summary>Whether it was replaced a grace ago at most.</summary>
    public bool IsOpen(TimeSpan grace, DateTimeOffset readAt) => grace > TimeSpan.Zero && readAt - ReplacedAt <= grace;
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

    /// <summary>One that was replaced, while nothing says that the current one has arrived: it yields the current one again.</summary>
    Retry,

    /// <summary>The same, once too often in a row: somebody else follows the client, so the grant is revoked.</summary>
    Shadow,

    /// <summary>An earlier one: somebody else has a copy, so the grant is revoked.</summary>
    Reuse,
}

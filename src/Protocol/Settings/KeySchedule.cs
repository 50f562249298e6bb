namespace Postern.Protocol;

/// <summary>When a key is published, when it signs, and how long it stays published afterwards.</summary>
public sealed record KeySchedule
{
    /// <summary>
    /// How long the longest-lived token lives. A key stays published this long after it last signed, so a value that is
    /// too short makes tokens unverifiable before they expire.
    /// </summary>
    public required TimeSpan LongestToken { get; init; }

    /// <summary>How long a new key is published before it signs. Default: a day. Verifiers that cache longer will meet unknown keys.</summary>
    public TimeSpan Lead { get; init; } = TimeSpan.FromDays(1);

    /// <summary>
    /// How old an instance's list of keys may become, while it can be read. Default: 5 minutes. A compromised key is gone
    /// everywhere after this.
    /// </summary>
    public TimeSpan RefreshInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long verifiers may cache the JWK Set, for its <c>Cache-Control</c>. Default: 15 minutes.</summary>
    public TimeSpan JwksLifetime { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>The age at which a wrapped key gets a successor. Default: 90 days. In vault mode the vault's rotation policy decides.</summary>
    public TimeSpan RotateAfter { get; init; } = TimeSpan.FromDays(90);

    /// <summary>From creation until every instance has published the key for the lead: the slowest learns of it one refresh later.</summary>
    public TimeSpan Notice => Lead + RefreshInterval;

    /// <summary>From the last signature until the token has expired; an instance that is one refresh behind signs that much longer.</summary>
    public TimeSpan Tail => LongestToken + RefreshInterval;

    /// <summary>The age up to which a list of keys has every key that verifiers, who may keep it for a while, could meet.</summary>
    public TimeSpan Settled => Lead - JwksLifetime;

    /// <summary>What is wrong with these durations, for the operator; empty when nothing is.</summary>
    public IEnumerable<string> Problems()
    {
        if (LongestToken <= TimeSpan.Zero || RefreshInterval <= TimeSpan.Zero)
            yield return "The token lifetime and the refresh interval of keys must be positive.";
        if (JwksLifetime < TimeSpan.Zero || JwksLifetime + RefreshInterval > Lead)
            yield return $"Keys must be published (for {Lead}) longer than verifiers cache the JWK Set ({JwksLifetime}) "
                + $"and instances their list ({RefreshInterval}).";
        if (RotateAfter < Notice + Tail)
            yield return $"Keys cannot rotate every {RotateAfter}: "
                + $"it takes {Notice + Tail} until a key signs and its predecessor's tokens have expired.";
    }
}

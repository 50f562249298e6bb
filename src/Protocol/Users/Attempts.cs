namespace Postern.Protocol;

/// <summary>
/// How often somebody has tried to sign in to one account, from one address, or on one page, today. Every attempt is counted before
/// the password is looked at, so that many at once cannot slip through together (RFC 6819 §5.1.4.2.3).
/// </summary>
/// <param name="Count">How many.</param>
/// <param name="Age">Since the last of them.</param>
public sealed record Attempts(int Count, TimeSpan Age)
{
    /// <summary>An account waits after its fifth attempt, up to a minute.</summary>
    public static readonly AttemptLimit PerAccount = new(Free: 5, MaxWait: TimeSpan.FromMinutes(1));

    /// <summary>An address may be that of a whole office, so it gets more, and gets back what succeeded.</summary>
    public static readonly AttemptLimit PerAddress = new(Free: 50, MaxWait: TimeSpan.FromMinutes(5));

    /// <summary>Nobody needs as many on one page. Whoever makes up names has to begin anew after so many.</summary>
    public static readonly AttemptLimit PerInteraction = new(Free: 60, MaxWait: TimeSpan.FromMinutes(5));

    public static Attempts None { get; } = new(0, TimeSpan.Zero);

    /// <summary>Whether the next attempt has to wait.</summary>
    public bool MustWait(AttemptLimit limit) => Age < Wait(limit);

    /// <summary>Without one that was counted and has succeeded.</summary>
    public Attempts Back() => this with { Count = Math.Max(0, Count - 1) };

    /// <summary>With one more attempt.</summary>
    public Attempts Next() => new(Count + 1, TimeSpan.Zero);

    // Doubles from one second on with every attempt beyond the free ones.
    private TimeSpan Wait(AttemptLimit limit)
    {
        var over = Count - limit.Free;
        if (over < 0)
            return TimeSpan.Zero;
        var wait = TimeSpan.FromSeconds(Math.Pow(2, Math.Min(over, 16)));
        return wait < limit.MaxWait ? wait : limit.MaxWait;
    }
}

/// <param name="Free">Attempts without any wait.</param>
/// <param name="MaxWait">Longest wait between two attempts.</param>
public sealed record AttemptLimit(int Free, TimeSpan MaxWait);

namespace Postern.Protocol;

/// <summary>What an assertion must say before its signature is looked at (RFC 7523 §3).</summary>
public sealed record AssertionRules
{
    /// <summary>How far two clocks may be apart.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    /// <summary>How long a client's own may be good: it makes one for each request.</summary>
    public static readonly TimeSpan MaxClientLifetime = TimeSpan.FromMinutes(10);

    /// <summary>How long another issuer's may be good: a cloud's tokens for its machines live for a day.</summary>
    public static readonly TimeSpan MaxIssuerLifetime = TimeSpan.FromHours(25);

    public required string Issuer { get; init; }

    /// <summary>Each <c>aud</c> has to be one of these: what is meant for others too could be presented by them.</summary>
    public required IReadOnlyList<string> Audiences { get; init; }

    /// <summary>The <c>typ</c>s it may have; none at all is taken for <c>JWT</c> (RFC 8725 §3.11).</summary>
    public required IReadOnlyList<string> Types { get; init; }

    public IReadOnlyList<string> Algorithms { get; init; } = SigningAlgorithms.All;

    public required TimeSpan MaxLifetime { get; init; }

    /// <summary>Whether it counts once, for which it needs a <c>jti</c>.</summary>
    public required bool SingleUse { get; init; }

    /// <summary>What is wrong with the assertion, for the log; null when nothing is.</summary>
    public string? ProblemWith(Assertion assertion, DateTimeOffset now)
    {
        if (!Types.Any(type => Jws.IsType(assertion.Type ?? "JWT", type)))
            return $"its typ is {Shown.Text(assertion.Type)}, and must be {string.Join(" or ", Types)}";
        if (!Algorithms.Contains(assertion.Algorithm))
            return $"its alg is {assertion.Algorithm}, and must be {string.Join(" or ", Algorithms)}";
        if (assertion.Issuer != Issuer)
            return $"its iss is {Shown.Text(assertion.Issuer)}, and must be {Issuer}";
        if (string.IsNullOrEmpty(assertion.Subject))
            return "it has no sub";
        if (assertion.Audiences() is not { Count: > 0 } audiences || audiences.Except(Audiences).Any())
            return $"its aud is {Shown.Text(string.Join(' ', assertion.Audiences() ?? []))}, and must be {string.Join(" or ", Audiences)}";
        return ProblemWithTimes(assertion, now)
            ?? (SingleUse && string.IsNullOrEmpty(assertion.Id) ? "it has no jti, by which a second use could be told" : null);
    }

    private string? ProblemWithTimes(Assertion assertion, DateTimeOffset now)
    {
        var expiresAt = assertion.Instant("exp", out _);
        if (expiresAt is null)
            return "it has no exp";
        if (expiresAt <= now - Skew)
            return "it is expired";
        if (expiresAt > now + MaxLifetime + Skew)
            return $"its exp is more than {Duration.Format(MaxLifetime)} ahead";
        foreach (var name in new[] { "nbf", "iat" })
        {
            if (assertion.Instant(name, out var isUnreadable) > now + Skew || isUnreadable)
                return $"its {name} is not yet, or no time";
        }
        return null;
    }
}

namespace Postern.Protocol;

/// <summary>Somebody else who issues tokens, whose word about their subjects counts where a client's registration says so (RFC 7521 §3).</summary>
public sealed record TrustedIssuer
{
    /// <summary>The <c>iss</c> of its tokens, compared exactly.</summary>
    public required string Issuer { get; init; }

    /// <summary>Where its keys are; none given: where its own metadata says (OpenID Connect Discovery §4).</summary>
    public KeySource Keys { get; init; } = new();

    /// <summary>JWS <c>alg</c>s that it may sign with.</summary>
    public IReadOnlyList<string> Algorithms { get; init; } = SigningAlgorithms.All;

    /// <summary>The <c>aud</c> of tokens that are meant for this server; null: its issuer identifier.</summary>
    public string? Audience { get; init; }

    /// <summary>The claim by which its subjects are known here.</summary>
    public string SubjectClaim { get; init; } = "sub";

    /// <summary>
    /// False where its tokens may be presented until they expire, for such as are handed out again and again: those of a managed
    /// identity have no <c>jti</c> and stay the same for hours.
    /// </summary>
    public bool SingleUse { get; init; } = true;

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Where the keys are in any case.</summary>
    public KeySource KeySource => Keys.IsNone ? new KeySource { Issuer = Issuer } : Keys;

    /// <summary>What a token of it must say.</summary>
    /// <param name="audience">The <c>aud</c> where a client's registration has another; null: <see cref="Audience"/>.</param>
    /// <param name="own">This server's issuer identifier.</param>
    /// <param name="type">The <c>typ</c> that is right where it is presented, beside <c>JWT</c>.</param>
    public AssertionRules Rules(string? audience, string own, string type) =>
        new()
        {
            Issuer = Issuer,
            Audiences = [audience ?? Audience ?? own],
            Types = ["JWT", type],
            Algorithms = Algorithms,
            MaxLifetime = AssertionRules.MaxIssuerLifetime,
            SingleUse = SingleUse,
        };

    /// <summary>Every problem with the registration, in sentences for the operator; empty when it may be stored.</summary>
    public IEnumerable<string> Problems()
    {
        if (ProblemWithIssuer(Issuer) is { } problem)
            yield return $"The issuer {problem}.";
        foreach (var wrong in Keys.Problems())
            yield return wrong;
        if (Algorithms.Count == 0 || Algorithms.Except(SigningAlgorithms.All).Any())
            yield return $"The algorithms are one or more of {string.Join(", ", SigningAlgorithms.All)}.";
        if (!new[] { SubjectClaim, Audience ?? "-" }.All(text => text.Length <= 1000 && VisibleText.IsGood(text)))
            yield return $"Audience and subject claim: {VisibleText.Rule}.";
    }

    /// <summary>What is wrong with an issuer of others, as the rest of a sentence; null when nothing is.</summary>
    /// <remarks>Some end with a slash, which ours may not.</remarks>
    public static string? ProblemWithIssuer(string issuer) =>
        FetchedUri.ProblemWith(issuer) ?? (new Uri(issuer).Query.Length > 0 ? "must have no query" : null);
}

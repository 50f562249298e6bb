namespace Postern.Protocol;

/// <summary>
/// What a client may have in exchange for whose tokens; whatever it does not say is refused (RFC 8693 §5). It is the operator who
/// says it: see src/decisions/0013-token-exchange.md.
/// </summary>
public sealed record ExchangePolicy
{
    /// <summary>Most entries of each kind.</summary>
    public const int MaxEntries = 50;

    /// <summary>
    /// Whose tokens it may exchange, or bring for who acts: clients, by their ids, and other issuers, of whose subjects it may those that
    /// it trusts.
    /// </summary>
    public IReadOnlyList<string> From { get; init; } = [];

    /// <summary>What it may have for them. Of the scope only what the token had that is exchanged.</summary>
    public IReadOnlyList<TokenTarget> To { get; init; } = [];

    /// <summary>Whether what it gets may be silent about it (RFC 8693 §1.1). Else it is the actor where nobody else is.</summary>
    public bool MayImpersonate { get; init; }

    /// <summary>
    /// What it may have for a token that a person's app calls it with. The operator has consented for the person, so this is not
    /// bounded by the scope of that token, which is the client's own.
    /// </summary>
    public IReadOnlyList<TokenTarget> OnBehalfOf { get; init; } = [];

    /// <summary>The scope that is left of a token that the client once got for another; null: it may not get it any more.</summary>
    /// <param name="client">The client.</param>
    /// <param name="given">What it gave.</param>
    /// <param name="got">What it got.</param>
    public static Scope? Left(Client client, ExchangedToken given, ExchangedToken got)
    {
        var policy = client.Exchange ?? new ExchangePolicy();
        var targets = TokenId.Parse(got.Id).IsOnBehalfOf
            ? given.IsFor(client) && client.MayUse(GrantTypes.JwtBearer) ? policy.OnBehalfOf : []
            : policy.From.Contains(given.Of) && client.MayUse(GrantTypes.TokenExchange) && Trusts(client, given) ? policy.To : [];
        return targets.FirstOrDefault(target => got.Audience.Contains(target.Audience))?.Scope;
    }

    /// <summary>What is wrong with a client's, in sentences for the operator.</summary>
    public static IEnumerable<string> Problems(Client client)
    {
        var policy = client.Exchange ?? new ExchangePolicy();
        var (exchanges, acts) = (policy.From.Count + policy.To.Count > 0, policy.OnBehalfOf.Count > 0);
        if (policy.From.Count == 0 != (policy.To.Count == 0) || (client.MayUse(GrantTypes.TokenExchange) && !exchanges))
            yield return "To exchange tokens takes --exchange-from, whose tokens, and --exchange-to, for which audience and scope (RFC 8693 §5).";
        if (exchanges && !client.MayUse(GrantTypes.TokenExchange))
            yield return $"--exchange-from and --exchange-to are of no use without --grant-type {GrantTypes.TokenExchange}.";
        if (acts && (!client.MayUse(GrantTypes.JwtBearer) || client.ProtectedResource is null))
            yield return $"--on-behalf-of is for an API that is called with tokens: give --resource-server and --grant-type {GrantTypes.JwtBearer}.";
        if (policy.MayImpersonate && !exchanges)
            yield return "--exchange-impersonation is of no use without --exchange-from and --exchange-to.";
        if (HasTwice(policy.To) || HasTwice(policy.OnBehalfOf))
            yield return "--exchange-to and --on-behalf-of have each audience once, with all of its scope.";
        if (client.IsPublic && (exchanges || acts))
            yield return "A public client cannot exchange tokens, for anybody can pretend to be it (RFC 8693 §5).";
        if (Lists(policy).Any(list => list.Count() > MaxEntries || list.Sum(entry => entry.Length + 1) > 30_000))
            yield return $"There may be {MaxEntries} each of --exchange-from, --exchange-to and --on-behalf-of, and 30000 characters of each.";
    }

    private static bool Trusts(Client client, ExchangedToken given) =>
        !given.IsForeign || client.TrustedSubjects.Any(subject => subject.Issuer == given.Of);

    private static bool HasTwice(IEnumerable<TokenTarget> targets) => targets.GroupBy(target => target.Audience).Any(group => group.Count() > 1);

    private static IEnumerable<IEnumerable<string>> Lists(ExchangePolicy policy) =>
        [policy.From, policy.To.Select(target => target.ToString()), policy.OnBehalfOf.Select(target => target.ToString())];
}

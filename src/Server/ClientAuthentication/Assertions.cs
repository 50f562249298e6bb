using Postern.Protocol;
using Postern.Storage;

namespace Postern.Server;

/// <summary>Verifies what others have signed, by the keys that they publish, and tells who presents it first.</summary>
internal sealed class Assertions(Outbound outbound, Tables tables, ServerOptions options, TimeProvider time, ILogger logger)
{
    private readonly KeyFinder keys = new(outbound, time, logger);
    private readonly TrustedIssuerStore issuers = new(tables, time, options.ClientCache);
    private readonly AssertionStore used = new(tables);

    /// <summary>The registered issuer of that name; null: nobody is trusted by it.</summary>
    public Task<TrustedIssuer?> FindIssuerAsync(string issuer, CancellationToken cancellation) => issuers.FindAsync(issuer, cancellation);

    /// <summary>What a token of a trusted issuer says, or why it does not count, for the log.</summary>
    /// <param name="assertion">As it came.</param>
    /// <param name="issuer">By whom it says it is.</param>
    /// <param name="audience">The <c>aud</c> where a client's registration has another than the issuer's.</param>
    /// <param name="type">The <c>typ</c> that is right here, beside <c>JWT</c>.</param>
    /// <param name="cancellation">Ends it.</param>
    public Task<Verdict> VerifyAsync(Assertion assertion, TrustedIssuer issuer, string? audience, string type, CancellationToken cancellation) =>
        VerifyAsync(assertion, issuer.Rules(audience, options.Issuer, type), issuer.KeySource, cancellation);

    /// <summary>The same by rules and keys that are given.</summary>
    public async Task<Verdict> VerifyAsync(Assertion assertion, AssertionRules rules, KeySource source, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (rules.ProblemWith(assertion, now) is { } problem)
            return new Verdict(null, problem);
        var verified = await keys.FirstAsync(source, some => VerifiedAssertion.TryVerify(assertion, rules, some, now), cancellation);
        return new Verdict(verified, verified is null ? $"none of the keys that there are has signed it (kid {Shown.Text(assertion.KeyId)})" : null);
    }

    /// <summary>Uses it up: true for exactly one of all who present it.</summary>
    public Task<bool> TryUseAsync(VerifiedAssertion assertion, CancellationToken cancellation) => used.TryUseAsync(assertion, cancellation);
}

/// <summary>One of the two.</summary>
internal sealed record Verdict(VerifiedAssertion? Assertion, string? Problem);

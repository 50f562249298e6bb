using Postern.Protocol;

namespace Postern.Server;

/// <summary>
/// Workloads that have an identity elsewhere: the word of a trusted issuer about one of its subjects, for a token of the client's. No
/// person, no refresh token, and nothing that outlives the assertion (RFC 7521 §4.1, RFC 7523 §3).
/// </summary>
internal sealed class ForeignAssertions(Assertions assertions, TimeProvider time)
{
    private const string Type = "authorization-grant+jwt";

    // Tokens tell the time in whole seconds, and who gets one wants to use it.
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    public async Task<Result<Authorization>> AuthorizeAsync(string text, ClientRequest request, CancellationToken cancellation)
    {
        var client = request.Client;
        if (Assertion.TryRead(text) is not { } assertion)
            return Refuse(client, $"it is no JWT signed by {string.Join(", ", SigningAlgorithms.All)}");
        // Only issuers that the client may trust are looked up: a stranger's iss costs nothing.
        if (client.TrustedSubjects.All(subject => subject.Issuer != assertion.Issuer))
            return Refuse(client, $"its iss is {Shown.Text(assertion.Issuer)}, of which no subject is trusted");
        if (await assertions.FindIssuerAsync(assertion.Issuer!, cancellation) is not { } issuer)
            return Refuse(client, $"its issuer is not trusted; postern issuer add {assertion.Issuer}");
        var verdict = await assertions.VerifyAsync(assertion, issuer, null, Type, cancellation);
        return verdict.Assertion is { } verified
            ? Authorize(verified, issuer, request)
            : Refuse(client, verdict.Problem!);
    }

    private Result<Authorization> Authorize(VerifiedAssertion assertion, TrustedIssuer issuer, ClientRequest request)
    {
        var client = request.Client;
        var about = client.TrustedSubjects.Where(subject => subject.Is(assertion, issuer)).ToList();
        if (about.Count == 0)
            return Refuse(client, $"its {issuer.SubjectClaim} {Shown.Text(assertion.Claim(issuer.SubjectClaim))} and what it says is not trusted");
        if (assertion.ExpiresAt < time.GetUtcNow() + Shortest)
            return Refuse(client, "it is expired");
        var available = about.Select(subject => subject.Scope).Aggregate((all, one) => all.Union(one)).Intersect(client.Scope);
        if (Scope.TryParse(request.Parameters[Parameters.Scope]) is not { } requested || !requested.IsSubsetOf(available) || available.IsEmpty)
            return OAuthError.InvalidScope("The scope is malformed or wider than what the assertion brings.")
                .Because($"scope {Shown.Text(request.Parameters[Parameters.Scope])} is malformed or wider than what is trusted: {available}");
        return new Authorization
        {
            Subject = client.ClientId,
            Scope = requested.IsEmpty ? available : requested,
            NotAfter = assertion.ExpiresAt,
            ConsumeAsync = () => ConsumeAsync(assertion, issuer, client),
        };
    }

    private async Task<Result<Consumed>> ConsumeAsync(VerifiedAssertion assertion, TrustedIssuer issuer, Client client) =>
        !issuer.SingleUse || await assertions.TryUseAsync(assertion, CancellationToken.None)
            ? new Consumed(null)
            : Refuse(client, "it was presented before, and counts once");

    private static OAuthError Refuse(Client client, string problem) => OAuthError.InvalidGrant(Advice.Grant(client, problem));
}

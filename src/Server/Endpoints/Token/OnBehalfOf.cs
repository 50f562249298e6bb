using Postern.Protocol;

namespace Postern.Server;

/// <summary>
/// An API that a person's app has called calls another one for the person, in the way of Microsoft's libraries. Two reads. Its
/// refusals are those by which they tell whether the person can mend it: <c>invalid_grant</c> sends the person back to the app's
/// sign-in, <c>invalid_scope</c> is for the operator.
/// </summary>
internal sealed class OnBehalfOf(LiveTokens tokens, ServerOptions options)
{
    public async Task<Result<Authorization>> AuthorizeAsync(string assertion, ClientRequest request, CancellationToken cancellation)
    {
        var (client, parameters) = (request.Client, request.Parameters);
        if (Scope.TryParse(parameters[Parameters.Scope]) is not { } scope)
            return OAuthError.InvalidScope("The scope is malformed.").Because(Advice.MalformedScope(parameters[Parameters.Scope]));
        if (!ExchangeRequest.TargetOf(parameters).Succeeds(out var target, out var refusal))
            return refusal;
        if (await tokens.FindAsync(assertion, options.Issuer, cancellation) is not { } live || !live.Token.Chain[^1].IsFor(client))
            return OAuthError.InvalidGrant(ExchangeAdvice.NotForClient(client));
        if (live.User is null)
            return OAuthError.InvalidGrant("the assertion is of a machine, on whose behalf nobody acts: use client_credentials, or token exchange");
        return Exchange.Decide(scope, target.Length == 0 ? null : target, client, live.Token).Succeeds(out var decided, out refusal)
            ? Authorization.Of(decided, live.Token.Subject, live.Grant)
            : refusal;
    }
}

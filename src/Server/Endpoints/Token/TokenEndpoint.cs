using Postern.Protocol;

namespace Postern.Server;

/// <summary>
/// The token endpoint (RFC 6749 §3.2). Everything that holds for every grant is here, once. Given a single grant it is
/// the refresh endpoint, where <c>grant_type</c> may be left out.
/// </summary>
internal sealed class TokenEndpoint(IReadOnlyList<IGrant> grants, ClientAuthenticator authenticator, TokenIssuer issuer, ILogger logger)
{
    public async Task<IResult> HandleAsync(HttpContext http)
    {
        if (!(await authenticator.ReadAsync(http.Request)).Succeeds(out var request, out var unauthenticated))
            return logger.Refuse(http, null, unauthenticated);
        if (RefusesGrantType(request, out var grant) is { } unusable)
            return logger.Refuse(http, request.Client, unusable);
        if (!(await grant!.AuthorizeAsync(request, http.RequestAborted)).Succeeds(out var authorization, out var refusal))
            return logger.Refuse(http, request.Client, refusal);
        var tokens = await issuer.IssueAsync(request.Authenticated, authorization, http.RequestAborted);
        if (!(await authorization.ConsumeAsync()).Succeeds(out var consumed, out refusal))
            return logger.Refuse(http, request.Client, refusal);
        return new JsonResponse((tokens with { RefreshToken = consumed.RefreshToken?.Encode() }).Write);
    }

    private OAuthError? RefusesGrantType(ClientRequest request, out IGrant? grant)
    {
        var requested = request.Parameters[Parameters.GrantType] ?? (grants is [var only] ? only.GrantType : null);
        grant = grants.FirstOrDefault(grant => grant.GrantType == requested);
        if (requested is null)
            return OAuthError.InvalidRequest("grant_type is missing.");
        if (grant is null)
            return OAuthError.UnsupportedGrantType();
        return request.Client.MayUse(requested) ? null : OAuthError.UnauthorizedClient("The client is not registered for this grant_type.");
    }
}

using Microsoft.Azure.Functions.Worker;
using Postern.Protocol;

namespace Postern.Server;

/// <summary>
/// The token endpoint (RFC 6749 §3.2). Everything that holds for every grant is here, once. The refresh endpoint is the
/// same for one grant, whose <c>grant_type</c> may be left out.
/// </summary>
internal sealed class TokenEndpoint(
    IReadOnlyList<IGrant> grants,
    ClientAuthenticator authenticator,
    TokenTargets targets,
    TokenIssuer issuer,
    ILogger logger
)
{
    [Function("token"), CrossOrigin("POST")]
    public Task<IResult> TokenAsync([HttpTrigger(AuthorizationLevel.Anonymous, Route = Paths.Token)] HttpRequest request) =>
        GrantAsync(request.HttpContext, null);

    [Function("refresh"), CrossOrigin("POST")]
    public Task<IResult> RefreshAsync([HttpTrigger(AuthorizationLevel.Anonymous, Route = Paths.Refresh)] HttpRequest request) =>
        GrantAsync(request.HttpContext, GrantTypes.RefreshToken);

    private async Task<IResult> GrantAsync(HttpContext http, string? only)
    {
        if (!(await authenticator.ReadAsync(http.Request)).Succeeds(out var request, out var unauthenticated))
            return logger.Refuse(http, null, unauthenticated);
        if (RefusesGrantType(request, only, out var grant) is { } unusable)
            return logger.Refuse(http, request.Client, unusable);
        if (!(await grant!.AuthorizeAsync(request, http.RequestAborted)).Succeeds(out var authorization, out var refusal))
            return logger.Refuse(http, request.Client, refusal);
        if (!(await targets.AimAsync(request, authorization, http.RequestAborted)).Succeeds(out var aimed, out refusal))
            return logger.Refuse(http, request.Client, refusal);
        var tokens = await issuer.IssueAsync(request.Authenticated, aimed, http.RequestAborted);
        if (!(await authorization.ConsumeAsync()).Succeeds(out var consumed, out refusal))
            return logger.Refuse(http, request.Client, refusal);
        return new JsonResponse((tokens with { RefreshToken = consumed.RefreshToken?.Encode() }).Write);
    }

    private OAuthError? RefusesGrantType(ClientRequest request, string? only, out IGrant? grant)
    {
        var requested = request.Parameters[Parameters.GrantType] ?? only;
        grant = grants.FirstOrDefault(grant => grant.GrantType == requested && grant.GrantType == (only ?? requested));
        if (requested is null)
            return OAuthError.InvalidRequest("grant_type is missing.");
        if (grant is null)
            return RetiredFlows.Explain(
                OAuthError.UnsupportedGrantType(),
                RetiredFlows.InsteadOfGrantType(requested),
                Advice.Unsupported(request.Client, Parameters.GrantType, requested, grants.Select(one => one.GrantType))
            );
        return request.Client.MayUse(requested)
            ? null
            : OAuthError.UnauthorizedClient("The client is not registered for this grant_type.").Because(Advice.GrantType(request.Client, requested));
    }
}

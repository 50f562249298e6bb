using Microsoft.Azure.Functions.Worker;
using Postern.Protocol;
using Postern.Signing;
using Postern.Storage;

namespace Postern.Server;

/// <summary>
/// Token revocation (RFC 7009). A refresh token takes its grant and all access tokens with it; an access token goes
/// alone. Unknown tokens are no error (§2.2); somebody else's are (§2.1).
/// </summary>
internal sealed class RevocationEndpoint(
    ClientAuthenticator authenticator,
    RefreshTokens refreshTokens,
    AccessTokenRevocation accessTokens,
    GrantStore grants,
    ILogger logger
)
{
    [Function("revoke"), CrossOrigin("POST")]
    public async Task<IResult> HandleAsync([HttpTrigger(AuthorizationLevel.Anonymous, Route = Paths.Revoke)] HttpRequest request)
    {
        var http = request.HttpContext;
        if (!(await authenticator.ReadAsync(request)).Succeeds(out var call, out var unauthenticated))
            return logger.Refuse(http, null, unauthenticated);
        if (call.Parameters[Parameters.Token] is not { } token)
            return logger.Refuse(http, call.Client, OAuthError.InvalidRequest("token is missing."));
        return await RevokeAsync(token, call.Client, http.RequestAborted) is { } refusal
            ? logger.Refuse(http, call.Client, refusal)
            : new JsonResponse(_ => { });
    }

    private async Task<OAuthError?> RevokeAsync(string token, Client client, CancellationToken cancellation)
    {
        var (grant, _) = await refreshTokens.FindGrantAsync(token, cancellation);
        if (grant is null)
            return await accessTokens.RevokeAsync(token, client, cancellation);
        if (grant.ClientId != client.ClientId)
            return OAuthError.InvalidGrant("the refresh token is another client's");
        await grants.RevokeAsync(grant.Id, CancellationToken.None);
        return null;
    }
}

/// <summary>Revokes one access token: its id is remembered until it would have expired, and its grant says that there is one.</summary>
internal sealed class AccessTokenRevocation(
    ISigner signer,
    RevokedTokenStore revoked,
    GrantStore grants,
    ServerOptions options,
    TimeProvider time
)
{
    /// <summary>Refuses another client's token; whatever is not an unexpired access token of this server has nothing left to revoke.</summary>
    public async Task<OAuthError?> RevokeAsync(string text, Client client, CancellationToken cancellation)
    {
        var keys = await signer.PublishedKeysAsync(cancellation);
        if (AccessToken.TryVerify(text, keys, options.Issuer, time.GetUtcNow()) is not { } token)
            return null;
        if (token.ClientId != client.ClientId)
            return OAuthError.InvalidGrant("the access token is another client's");
        await revoked.RememberAsync(token.Id, token.ExpiresAt, CancellationToken.None);
        // Last, so that who is told to ask finds it. Who stops before it has told nobody that the token is revoked.
        if (token.Grant is { } grant)
            await grants.RecordRevokedTokenAsync(grant, token.ExpiresAt, CancellationToken.None);
        return null;
    }
}

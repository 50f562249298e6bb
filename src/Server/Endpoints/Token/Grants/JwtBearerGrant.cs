using Postern.Protocol;

namespace Postern.Server;

/// <summary>
/// An assertion in exchange for a token (RFC 7523 §2.1). What kind of assertion is told by <c>requested_token_use</c>, and here alone:
/// without it, another issuer's.
/// </summary>
internal sealed class JwtBearerGrant(ForeignAssertions foreign) : IGrant
{
    public string GrantType => GrantTypes.JwtBearer;

    public Task<Result<Authorization>> AuthorizeAsync(ClientRequest request, CancellationToken cancellation) =>
        request.Parameters[Parameters.RequestedTokenUse] switch
        {
            null => foreign.AuthorizeAsync(request, cancellation),
            _ => Task.FromResult<Result<Authorization>>(OAuthError.InvalidRequest("This requested_token_use is not supported.")),
        };
}

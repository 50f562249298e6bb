using Postern.Protocol;

namespace Postern.Server;

/// <summary>
/// An assertion for an access token (RFC 7523 §2.1). What Microsoft's libraries send under the same grant type is told apart by
/// <c>requested_token_use</c>, here and nowhere else: without it, the assertion is another issuer's.
/// </summary>
internal sealed class JwtBearerGrant(OnBehalfOf onBehalfOf, ForeignAssertions foreign) : IGrant
{
    public string GrantType => GrantTypes.JwtBearer;

    public async Task<Result<Authorization>> AuthorizeAsync(ClientRequest request, CancellationToken cancellation)
    {
        if (request.Parameters[Parameters.Assertion] is not { } assertion)
            return OAuthError.InvalidRequest("assertion is missing.");
        return request.Parameters[Parameters.RequestedTokenUse] switch
        {
            null => await foreign.AuthorizeAsync(assertion, request, cancellation),
            "on_behalf_of" => await onBehalfOf.AuthorizeAsync(assertion, request, cancellation),
            _ => OAuthError.InvalidRequest("requested_token_use can be on_behalf_of."),
        };
    }
}

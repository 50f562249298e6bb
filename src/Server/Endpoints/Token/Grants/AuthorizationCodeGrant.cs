using Postern.Protocol;

namespace Postern.Server;

/// <summary>Redeems a code (RFC 6749 §4.1.3).</summary>
internal sealed class AuthorizationCodeGrant(Redemption redemption) : IGrant
{
    public string GrantType => GrantTypes.AuthorizationCode;

    public async Task<Result<Authorization>> AuthorizeAsync(ClientRequest request, CancellationToken cancellation)
    {
        if (request.Parameters[Parameters.Code] is not { } presented)
            return OAuthError.InvalidRequest("code is missing.");
        if (Handle.TryParse(HandleKind.AuthorizationCode, presented) is not { } code)
            return OAuthError.InvalidGrant("not a code of this server");
        var (redirectUri, verifier) = (request.Parameters[Parameters.RedirectUri], request.Parameters[Parameters.CodeVerifier]);
        return await redemption.AuthorizeAsync(code.Row, code, request.Client, redirectUri, verifier, cancellation);
    }
}

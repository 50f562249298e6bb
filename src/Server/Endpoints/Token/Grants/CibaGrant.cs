using Postern.Protocol;

namespace Postern.Server;

/// <summary>A client asks whether the person has answered, and redeems what they granted (CIBA Core §10.1).</summary>
internal sealed class CibaGrant(Polls polls, Redemption redemption) : IGrant
{
    public string GrantType => GrantTypes.Ciba;

    public async Task<Result<Authorization>> AuthorizeAsync(ClientRequest request, CancellationToken cancellation)
    {
        if (request.Parameters[BackchannelAuthenticationEndpoint.AuthReqId] is not { } presented)
            return OAuthError.InvalidRequest("auth_req_id is missing.");
        if (Handle.TryParse(HandleKind.AuthenticationRequest, presented) is not { } id)
            return OAuthError.InvalidGrant("not an auth_req_id of this server");
        return (await polls.AskAsync(id, request.Client, cancellation)).Succeeds(out var approved, out var refusal)
            ? await redemption.AuthorizeAsync(approved.Grant!.Value, id, request.Client, null, null, cancellation)
            : refusal;
    }
}

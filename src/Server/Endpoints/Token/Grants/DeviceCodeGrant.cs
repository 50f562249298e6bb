using Postern.Protocol;

namespace Postern.Server;

/// <summary>A device asks whether the person has answered, and redeems what they granted (RFC 8628 §3.4).</summary>
internal sealed class DeviceCodeGrant(Polls polls, Redemption redemption) : IGrant
{
    public string GrantType => GrantTypes.DeviceCode;

    public async Task<Result<Authorization>> AuthorizeAsync(ClientRequest request, CancellationToken cancellation)
    {
        if (request.Parameters[DeviceAuthorizationEndpoint.DeviceCode] is not { } presented)
            return OAuthError.InvalidRequest("device_code is missing.");
        if (Handle.TryParse(HandleKind.DeviceCode, presented) is not { } code)
            return OAuthError.InvalidGrant("not a device code of this server");
        return (await polls.AskAsync(code, request.Client, cancellation)).Succeeds(out var approved, out var refusal)
            ? await redemption.AuthorizeAsync(approved.Grant!.Value, code, request.Client, null, null, cancellation)
            : refusal;
    }
}

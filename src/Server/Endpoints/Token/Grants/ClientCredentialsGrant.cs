using Postern.Protocol;

namespace Postern.Server;

/// <summary>The client acts for itself (RFC 6749 §4.4). No person, no refresh token (§4.4.3), no storage.</summary>
internal sealed class ClientCredentialsGrant : IGrant
{
    public string GrantType => GrantTypes.ClientCredentials;

    public Task<Result<Authorization>> AuthorizeAsync(ClientRequest request, CancellationToken cancellation) =>
        Task.FromResult(Authorize(Scope.TryParse(request.Parameters[Parameters.Scope]), request.Client));

    private static Result<Authorization> Authorize(Scope? requested, Client client)
    {
        // Without a person there is nobody for OpenID Connect's scopes to be about.
        var available = client.Scope.Except(Scope.OpenIdConnect);
        if (requested is null || !requested.IsSubsetOf(available))
            return OAuthError.InvalidScope("The scope is malformed or not one that the client is registered for.");
        return new Authorization { Subject = client.ClientId, Scope = requested.IsEmpty ? available : requested };
    }
}

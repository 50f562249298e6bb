using Postern.Protocol;

namespace Postern.Server;

/// <summary>The client acts for itself (RFC 6749 §4.4). No person, no refresh token (§4.4.3), no storage.</summary>
internal sealed class ClientCredentialsGrant : IGrant
{
    public string GrantType => GrantTypes.ClientCredentials;

    public Task<Result<Authorization>> AuthorizeAsync(ClientRequest request, CancellationToken cancellation) =>
        Task.FromResult(Authorize(request.Parameters[Parameters.Scope], request.Client));

    private static Result<Authorization> Authorize(string? scope, Client client)
    {
        // Without a person there is nobody for OpenID Connect's scopes to be about.
        var available = client.Scope.Except(Scope.OpenIdConnect);
        const string refusal = "The scope is malformed or not one that the client is registered for.";
        if (Scope.TryParse(scope) is not { } requested)
            return OAuthError.InvalidScope(refusal).Because(Advice.MalformedScope(scope));
        if (!requested.IsSubsetOf(available))
            return OAuthError.InvalidScope(refusal).Because(Advice.MachineScope(client, requested));
        return new Authorization { Subject = client.ClientId, Scope = requested.IsEmpty ? available : requested };
    }
}

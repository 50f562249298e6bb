using Postern.Protocol;
using Postern.Storage;

namespace Postern.Server;

/// <summary>What a client sent to an endpoint that clients call directly, once the client is known to be who it says.</summary>
internal sealed record ClientRequest(AuthenticatedClient Authenticated, RequestParameters Parameters)
{
    public Client Client => Authenticated.Client;
}

/// <summary>HTTP to <see cref="ClientRequest"/>: the checks that token, refresh, revocation and introspection requests share.</summary>
internal sealed class ClientAuthenticator(ClientStore clients, Assertions assertions, ServerOptions options, TimeProvider time)
{
    private readonly ClientAssertions assertions = new(assertions, options);

    /// <summary>Form, nothing malformed or repeated, client authentication: in this order (RFC 6749 §3.2, §2.3).</summary>
    public async Task<Result<ClientRequest>> ReadAsync(HttpRequest request)
    {
        if (!(await RequestReader.FormAsync(request)).Succeeds(out var parameters, out var unreadable))
            return unreadable;
        if (!ClientCredentials.Parse(request.Headers.Authorization.ToString(), parameters).Succeeds(out var credentials, out var malformed))
            return malformed;
        var client = await clients.FindAsync(credentials.ClientId, request.HttpContext.RequestAborted);
        request.HttpContext.IsOf(client);
        return (await AuthenticateAsync(credentials, client, request.HttpContext.RequestAborted)).Succeeds(out var authenticated, out var refusal)
            ? new ClientRequest(authenticated, parameters)
            : refusal;
    }

    private async Task<Result<AuthenticatedClient>> AuthenticateAsync(
        ClientCredentials credentials,
        Client? client,
        CancellationToken cancellation
    ) =>
        credentials.Assertion is { } assertion && client is not null
            ? await assertions.AuthenticateAsync(assertion, client, cancellation)
            : AuthenticatedClient.Authenticate(credentials, client, time.GetUtcNow());
}

namespace Postern.Protocol;

/// <summary>
/// A client that proved who it is, or a public one that has nothing to prove it with. Whoever holds this need not ask
/// again; there is no way to make one but <see cref="Authenticate"/>.
/// </summary>
public sealed class AuthenticatedClient
{
    private AuthenticatedClient(Client client) => Client = client;

    public Client Client { get; }

    /// <summary>Checks the credentials against the registered client.</summary>
    /// <param name="credentials">What the request brought.</param>
    /// <param name="client">The client registered under <see cref="ClientCredentials.ClientId"/>, or null.</param>
    /// <param name="now">The current time.</param>
    public static Result<AuthenticatedClient> Authenticate(ClientCredentials credentials, Client? client, DateTimeOffset now) =>
        credentials.Refuses(client, now) is { } refusal ? refusal : new AuthenticatedClient(client!);
}

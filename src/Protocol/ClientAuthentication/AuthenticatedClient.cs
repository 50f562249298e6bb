namespace Postern.Protocol;

/// <summary>
/// A client that proved who it is, or a public one that has nothing to prove it with. Whoever holds this need not ask
/// again; there is no way to make one but <see cref="Authenticate(ClientCredentials, Client?, DateTimeOffset)"/> and its like for assertions.
/// </summary>
public sealed class AuthenticatedClient
{
    private AuthenticatedClient(Client client) => Client = client;

    public Client Client { get; }

    /// <summary>Checks the credentials against the registered client. An assertion is none of those that this can check.</summary>
    /// <param name="credentials">What the request brought.</param>
    /// <param name="client">The client registered under <see cref="ClientCredentials.ClientId"/>, or null.</param>
    /// <param name="now">The current time.</param>
    public static Result<AuthenticatedClient> Authenticate(ClientCredentials credentials, Client? client, DateTimeOffset now) =>
        credentials.Refuses(client, now) is { } refusal ? refusal : new AuthenticatedClient(client!);

    /// <summary>Checks what a verified assertion says against the registered client (RFC 7523 §3).</summary>
    /// <param name="client">The client registered under <see cref="ClientCredentials.ClientId"/>.</param>
    /// <param name="assertion">Verified by the keys of the client, or of the issuer that vouches for it.</param>
    /// <param name="isFirstUse">Whether it was not presented before, as far as it counts once.</param>
    public static Result<AuthenticatedClient> Authenticate(Client client, VerifiedAssertion assertion, bool isFirstUse)
    {
        if (!client.Uses(ClientAuthenticationMethods.PrivateKeyJwt))
            return OAuthError.InvalidClient(Advice.Method(client, ClientAuthenticationMethods.PrivateKeyJwt));
        var isOwn = assertion.Issuer == client.ClientId && assertion.Subject == client.ClientId && !client.Keys.Own.IsNone;
        if (!isOwn && !client.Keys.Federated.Any(one => one.Issuer == assertion.Issuer && one.Subject == assertion.Subject))
            return OAuthError.InvalidClient(Advice.Assertion(client, $"its sub is {Shown.Text(assertion.Subject)}, for which nothing is registered"));
        return isFirstUse
            ? new AuthenticatedClient(client)
            : OAuthError.InvalidClient(Advice.Assertion(client, "it was presented before, and counts once: make one for each request"));
    }
}

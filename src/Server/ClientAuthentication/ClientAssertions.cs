using Postern.Protocol;

namespace Postern.Server;

/// <summary>Clients that prove themselves by an assertion, of their own or of an issuer that vouches for them (RFC 7523 §2.2).</summary>
internal sealed class ClientAssertions(Assertions assertions, ServerOptions options)
{
    private const string Type = "client-authentication+jwt";

    /// <summary>Up to two requests to where the keys are, mostly none; one write for each assertion that counts once.</summary>
    public async Task<Result<AuthenticatedClient>> AuthenticateAsync(Assertion assertion, Client client, CancellationToken cancellation)
    {
        if (!client.Uses(ClientAuthenticationMethods.PrivateKeyJwt))
            return OAuthError.InvalidClient(Advice.Method(client, ClientAuthenticationMethods.PrivateKeyJwt));
        var federated = client.Keys.Federated.FirstOrDefault(one => one.Issuer == assertion.Issuer && one.Subject == assertion.Subject);
        return federated is null
            ? await OwnAsync(assertion, client, cancellation)
            : await FederatedAsync(assertion, client, federated, cancellation);
    }

    private async Task<Result<AuthenticatedClient>> OwnAsync(Assertion assertion, Client client, CancellationToken cancellation)
    {
        var rules = new AssertionRules
        {
            Issuer = client.ClientId,
            // RFC 7523 §3 names the token endpoint; the issuer leaves no doubt which server is meant.
            Audiences = [options.Issuer, $"{options.Issuer}/{Paths.Token}"],
            Types = ["JWT", Type],
            MaxLifetime = AssertionRules.MaxClientLifetime,
            SingleUse = true,
        };
        if (client.Keys.Own.IsNone)
            return Refuse(client, $"for its iss {Shown.Text(assertion.Issuer)} and sub {Shown.Text(assertion.Subject)} nothing is registered");
        return await AuthenticateAsync(await assertions.VerifyAsync(assertion, rules, client.Keys.Own, cancellation), client, rules.SingleUse);
    }

    private async Task<Result<AuthenticatedClient>> FederatedAsync(
        Assertion assertion,
        Client client,
        FederatedCredential federated,
        CancellationToken cancellation
    )
    {
        if (await assertions.FindIssuerAsync(federated.Issuer, cancellation) is not { } issuer)
            return Refuse(client, $"its issuer is not trusted; postern issuer add {federated.Issuer}");
        var verified = await assertions.VerifyAsync(assertion, issuer, federated.Audience, Type, cancellation);
        return await AuthenticateAsync(verified, client, issuer.SingleUse);
    }

    // Not given up with the connection: an assertion that may be used up is used up.
    private async Task<Result<AuthenticatedClient>> AuthenticateAsync(Verdict verified, Client client, bool singleUse) =>
        verified.Assertion is { } assertion
            ? AuthenticatedClient.Authenticate(client, assertion, !singleUse || await assertions.TryUseAsync(assertion, CancellationToken.None))
            : Refuse(client, verified.Problem!);

    private static OAuthError Refuse(Client client, string problem) => OAuthError.InvalidClient(Advice.Assertion(client, problem));
}

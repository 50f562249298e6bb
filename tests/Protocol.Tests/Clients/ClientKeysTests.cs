using System.Text;
using Postern.Protocol;

namespace Postern.Tests;

public class ClientKeysTests
{
    private const string Issuer = "https://token.actions.githubusercontent.com";

    private static JwkSet Jwks { get; } = JwkSet.TryParse(Encoding.UTF8.GetBytes(KeyPair.Jwks(KeyPair.Ec)), out _)!;

    private static Client KeyClient { get; } = Some.Client() with
    {
        TokenEndpointAuthMethods = [ClientAuthenticationMethods.PrivateKeyJwt],
        Secrets = [],
        Keys = new ClientKeys { Own = new KeySource { Jwks = Jwks } },
    };

    public static TheoryData<string, Client> Good =>
        new()
        {
            { "keys", KeyClient },
            { "a URL", WithKeys(new ClientKeys { Own = new KeySource { JwksUri = "https://app.example/jwks" } }) },
            { "an issuer", WithKeys(new ClientKeys { Federated = [new FederatedCredential(Issuer, "repo:a/b:environment:Production Env", null)] }) },
            { "a secret too", Some.Client() with { TokenEndpointAuthMethods = ClientAuthenticationMethods.Confidential, Keys = KeyClient.Keys } },
            { "a trusted subject", Trusting(new TrustedSubject(Issuer, "repo:a/b", [], Some.Scope("orders"))) },
        };

    [Theory, MemberData(nameof(Good)), Rfc(7591, "2")]
    public void What_is_complete_may_be_stored_and_comes_back(string what, Client client)
    {
        Assert.True(!ClientRegistration.Problems(client).Any(), what);
        Assert.Equal(client.Keys.ToJson(), ClientKeys.FromJson(client.Keys.ToJson()).ToJson());
        Assert.All(client.TrustedSubjects, subject => Assert.Equal(subject.ToString(), TrustedSubject.FromJson(subject.ToJson()).ToString()));
    }

    public static TheoryData<string, Client> Bad =>
        new()
        {
            { "needs keys", WithKeys(ClientKeys.None) },
            { "A client that sends a secret", KeyClient with { Secrets = Some.Client().Secrets } },
            { "A client that sends a secret", Some.Client() with { TokenEndpointAuthMethods = ClientAuthenticationMethods.Confidential, Secrets = [], Keys = KeyClient.Keys } },
            { "Keys need --auth-method", Some.Client() with { Keys = KeyClient.Keys } },
            { "authentication methods", KeyClient with { TokenEndpointAuthMethods = ["private_key_jwt", "none"] } },
            { "not both", WithKeys(new ClientKeys { Own = new KeySource { Jwks = Jwks, JwksUri = "https://app.example/jwks" } }) },
            { "URL of the keys", WithKeys(new ClientKeys { Own = new KeySource { JwksUri = "http://app.example/jwks" } }) },
            { "URL of the keys", WithKeys(new ClientKeys { Own = new KeySource { JwksUri = "https://10.0.0.1/jwks" } }) },
            { "federated issuer", WithKeys(new ClientKeys { Federated = [new FederatedCredential("github", "a", null)] }) },
            { "Federated subject", WithKeys(new ClientKeys { Federated = [new FederatedCredential(Issuer, "", null)] }) },
            { "Federated subject", WithKeys(new ClientKeys { Federated = [new FederatedCredential(Issuer, "a\nb", null)] }) },
            { "at most 20", WithKeys(new ClientKeys { Federated = [.. Enumerable.Repeat(new FederatedCredential(Issuer, "a", null), 21)] }) },
            { "needs --grant-type", Trusting(new TrustedSubject(Issuer, "a", [], Some.Scope("orders"))) with { GrantTypes = ["client_credentials"] } },
            { "Say who", Trusting(new TrustedSubject(Issuer, null, [], Some.Scope("orders"))) },
            { "Give --scope", Trusting(new TrustedSubject(Issuer, "a", [], Scope.Empty)) },
            { "Give --scope", Trusting(new TrustedSubject(Issuer, "a", [], Some.Scope("openid orders"))) },
            { "The issuer", Trusting(new TrustedSubject("https://a.example/?b", "a", [], Some.Scope("orders"))) },
        };

    [Theory, MemberData(nameof(Bad)), Rfc(7591, "2")]
    public void What_is_not_is_refused_with_a_sentence(string sentence, Client client) =>
        Assert.Contains(ClientRegistration.Problems(client), problem => problem.Contains(sentence, StringComparison.Ordinal));

    [Theory]
    [InlineData("https://sts.windows.net/tenant/", null)]
    [InlineData("https://token.actions.githubusercontent.com", null)]
    [InlineData("http://localhost:5000", null)]
    [InlineData("http://issuer.example", "must be https")]
    [InlineData("https://10.0.0.1", "must be https")]
    [InlineData("https://issuer.example?tenant=1", "query")]
    [InlineData("issuer", "absolute")]
    public void An_issuer_of_others_is_a_URL_that_could_be_called(string issuer, string? problem) =>
        Assert.True(problem is null
            ? TrustedIssuer.ProblemWithIssuer(issuer) is null
            : TrustedIssuer.ProblemWithIssuer(issuer)!.Contains(problem, StringComparison.Ordinal));

    private static Client WithKeys(ClientKeys keys) => KeyClient with { Keys = keys };

    private static Client Trusting(TrustedSubject subject) =>
        Some.Client() with { GrantTypes = [GrantTypes.JwtBearer], RedirectUris = [], TrustedSubjects = [subject] };
}

using System.Text;
using Postern.Protocol;

namespace Postern.Tests;

public class AuthenticatedClientTests
{
    private static readonly Client Basic = Some.Client() with { TokenEndpointAuthMethods = [ClientAuthenticationMethods.ClientSecretBasic] };
    private static readonly Client Post = Basic with { TokenEndpointAuthMethods = [ClientAuthenticationMethods.ClientSecretPost] };

    [Fact, Rfc(6749, "2.3")]
    public void A_client_that_proves_who_it_is_is_authenticated()
    {
        Assert.Same(Basic, AuthenticatedClient.Authenticate(ByHeader(), Basic, Some.Now).Value().Client);
        Assert.Same(Post, AuthenticatedClient.Authenticate(ByBody(), Post, Some.Now).Value().Client);
    }

    [Fact, Rfc(6749, "2.3")]
    public void A_client_with_a_secret_may_send_it_either_way()
    {
        Assert.Null(ByHeader().Refuses(Some.Client(), Some.Now));
        Assert.Null(ByBody().Refuses(Some.Client(), Some.Now));
    }

    [Fact, Rfc(6749, "2.1"), Rfc(6749, "3.2.1")]
    public void A_public_client_has_nothing_to_prove_it_with() =>
        Assert.Equal("app", AuthenticatedClient.Authenticate(ByName("app"), Some.PublicClient(), Some.Now).Value().Client.ClientId);

    public static TheoryData<string, ClientCredentials, Client?> Failures =>
        new()
        {
            { "unknown", ByHeader(), null },
            { "unknown", ByBody(), null },
            { "unknown", ByName("web"), null },
            { "wrong", ByHeader("wrong"), Basic },
            { "wrong", ByHeader(""), Basic },
            { "wrong", ByHeader(Some.Secret + " "), Basic },
            { "wrong", ByHeader(Some.Secret.ToUpperInvariant()), Basic },
            { "wrong", ByBody("wrong"), Post },
            { "registered for client_secret_basic", ByBody(), Basic },
            { "registered for client_secret_basic", ByName("web"), Basic },
            { "registered for client_secret_post", ByHeader(), Post },
            { "registered for client_secret_post", ByName("web"), Post },
            { "registered for client_secret_basic and client_secret_post", ByName("web"), Some.Client() },
            { "wrong", ByBody("wrong"), Some.Client() },
            { "registered for none", ByHeader(), Some.PublicClient() },
            { "registered for none", ByBody(), Some.PublicClient() },
            { "wrong", ByHeader(), Basic with { Secrets = [] } },
            { "wrong", ByHeader(), Basic with { Secrets = [new ClientSecret([], null)] } },
        };

    [Theory, MemberData(nameof(Failures)), Rfc(6749, "5.2"), Rfc(6819, "5.1.4.2.2")]
    public void Any_failure_gives_one_answer_and_its_own_reason(string reason, ClientCredentials credentials, Client? client)
    {
        var refusal = AuthenticatedClient.Authenticate(credentials, client, Some.Now).Refusal();
        Assert.Equal(("invalid_client", 401, "Client authentication failed."), (refusal.Code, refusal.Status, refusal.Description));
        Assert.Contains(reason, refusal.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain(Some.Secret, refusal.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, false)]
    [InlineData(1, false)]
    public void A_secret_expires(int secondsAfterExpiry, bool accepted)
    {
        var client = Basic with { Secrets = [Some.ClientSecret(expiresAt: Some.Now)] };
        Assert.Equal(accepted, ByHeader().Refuses(client, Some.Now.AddSeconds(secondsAfterExpiry)) is null);
    }

    [Fact]
    public void Two_secrets_are_good_at_once_and_each_ends_alone()
    {
        var client = Basic with { Secrets = [Some.ClientSecret("old", Some.Now.AddHours(1)), Some.ClientSecret("new")] };
        Assert.Null(ByHeader("old").Refuses(client, Some.Now));
        Assert.Null(ByHeader("new").Refuses(client, Some.Now));
        Assert.NotNull(ByHeader("old").Refuses(client, Some.Now.AddHours(2)));
        Assert.Null(ByHeader("new").Refuses(client, Some.Now.AddHours(2)));
    }

    [Fact]
    public void An_expired_secret_does_not_take_a_good_one_of_the_same_text_along()
    {
        var client = Basic with { Secrets = [Some.ClientSecret(expiresAt: Some.Now.AddHours(-1)), Some.ClientSecret()] };
        Assert.Null(ByHeader().Refuses(client, Some.Now));
    }

    private static ClientCredentials ByHeader(string secret = Some.Secret) =>
        ClientCredentials.Parse($"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"web:{secret}"))}", Some.Parameters()).Value();

    private static ClientCredentials ByBody(string secret = Some.Secret) =>
        ClientCredentials.Parse(null, Some.Parameters(("client_id", "web"), ("client_secret", secret))).Value();

    private static ClientCredentials ByName(string clientId) => ClientCredentials.Parse(null, Some.Parameters(("client_id", clientId))).Value();
}

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

    [Theory, MemberData(nameof(Failures)), Rfc(6749, "5.2")]
    public void Any_failure_has_its_own_reason_and_a_challenge_where_the_header_was_used(string reason, ClientCredentials credentials, Client? client)
    {
        var refusal = AuthenticatedClient.Authenticate(credentials, client, Some.Now).Refusal();
        Assert.Equal(("invalid_client", credentials.Method == "client_secret_basic" ? 401 : 400), (refusal.Code, refusal.Status));
        Assert.StartsWith("Client authentication failed", refusal.Description, StringComparison.Ordinal);
        Assert.Contains(reason, refusal.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain(Some.Secret, refusal.Reason, StringComparison.Ordinal);
    }

    [Fact, Rfc(6819, "5.1.4.2.2")]
    public void A_stranger_is_told_the_same_of_any_client_and_of_none()
    {
        foreach (var client in new[] { Basic, Post, Some.Client() })
        {
            foreach (var credentials in new[] { ByHeader("wrong"), ByBody("wrong"), ByName("web") })
                Assert.Equal(Told(credentials, null), Told(credentials, client));
        }
    }

    [Fact, Rfc(6749, "2.3")]
    public void Who_knows_the_secret_is_told_the_method()
    {
        Assert.Contains("has to use client_secret_post", Told(ByHeader(), Post), StringComparison.Ordinal);
        Assert.Contains("has to use client_secret_basic", Told(ByBody(), Basic), StringComparison.Ordinal);
        Assert.DoesNotContain("has to use", Told(ByBody(), Basic with { Secrets = [Some.ClientSecret(expiresAt: Some.Now)] }), StringComparison.Ordinal);
        Assert.Contains("public", Told(ByHeader(), Some.PublicClient()), StringComparison.Ordinal);
        Assert.Contains("client_secret or client_assertion is missing", Told(ByName("web"), Some.Client()), StringComparison.Ordinal);
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

    private static string Told(ClientCredentials credentials, Client? client) =>
        AuthenticatedClient.Authenticate(credentials, client, Some.Now).Refusal().Description;

    private static ClientCredentials ByHeader(string secret = Some.Secret) =>
        ClientCredentials.Parse($"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"web:{secret}"))}", Some.Parameters()).Value();

    private static ClientCredentials ByBody(string secret = Some.Secret) =>
        ClientCredentials.Parse(null, Some.Parameters(("client_id", "web"), ("client_secret", secret))).Value();

    private static ClientCredentials ByName(string clientId) => ClientCredentials.Parse(null, Some.Parameters(("client_id", clientId))).Value();
}

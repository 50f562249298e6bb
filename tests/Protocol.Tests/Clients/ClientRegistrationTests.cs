using Postern.Protocol;

namespace Postern.Tests;

public class ClientRegistrationTests
{
    [Fact]
    public void Ordinary_clients_have_no_problem()
    {
        Assert.Empty(ClientRegistration.Problems(Some.Client()));
        Assert.Empty(ClientRegistration.Problems(Some.PublicClient()));
        Assert.Empty(ClientRegistration.Problems(Machine));
        Assert.Empty(ClientRegistration.Problems(Some.PublicClient() with { GrantTypes = [GrantTypes.DeviceCode, GrantTypes.RefreshToken], RedirectUris = [] }));
        Assert.Empty(ClientRegistration.Problems(Asking));
        Assert.Empty(ClientRegistration.Problems(Asking with { NotificationEndpoint = "https://client.example/told" }));
    }

    private static Client Asking => Some.Client() with { GrantTypes = [GrantTypes.Ciba, GrantTypes.RefreshToken], RedirectUris = [] };

    public static TheoryData<string, Client> Problems =>
        new()
        {
            { "client id", Some.Client() with { ClientId = "" } },
            { "client id", Some.Client() with { ClientId = new string('a', 101) } },
            { "client id", Some.Client() with { ClientId = "a/b" } },
            { "client id", Some.Client() with { ClientId = "a:b" } },
            { "client id", Some.Client() with { ClientId = "café" } },
            { "client name", Some.Client() with { ClientName = "" } },
            { "client name", Some.Client() with { ClientName = new string('a', 101) } },
            { "client name", Some.Client() with { ClientName = "a\nb" } },
            { "client name", Some.Client() with { ClientName = "   " } },
            { "client name", Some.Client() with { ClientName = "\u3164" } },
            { "client name", Some.Client() with { ClientName = "Bank\udb40\udc41" } },
            { "authentication method", Some.Client() with { TokenEndpointAuthMethods = ["tls_client_auth"] } },
            { "authentication method", Some.Client() with { TokenEndpointAuthMethods = [] } },
            { "authentication method", Some.PublicClient() with { TokenEndpointAuthMethods = ["client_secret_basic", "none"] } },
            { "has no secret", Some.PublicClient() with { Secrets = [Some.ClientSecret()] } },
            { "has no secret", Some.Client() with { Secrets = [] } },
            { "signing algorithm", Some.Client() with { SigningAlgorithm = "none" } },
            { "signing algorithm", Some.Client() with { SigningAlgorithm = "HS256" } },
            { "4000 characters", Some.Client() with { Scope = Some.Scope(new string('a', 4000)) } },
            { "one or more grant types", Some.Client() with { GrantTypes = [], RedirectUris = [] } },
            { "one or more grant types", Some.Client() with { GrantTypes = ["authorization_code", "password"] } },
            { "redirect URIs exactly when", Some.Client() with { RedirectUris = [] } },
            { "redirect URIs together", Some.Client() with { RedirectUris = [.. Enumerable.Range(0, 16).Select(LongRedirect)] } },
            { "redirect URIs exactly when", Machine with { RedirectUris = [Some.Redirect()] } },
            { "at most 50", Some.Client() with { RedirectUris = [.. Enumerable.Repeat(Some.Redirect(), 51)] } },
            { "RFC 6749 §4.4.3", Machine with { GrantTypes = [GrantTypes.ClientCredentials, GrantTypes.RefreshToken] } },
            { "CIBA Core §7.1", Some.PublicClient() with { GrantTypes = [.. Some.PublicClient().GrantTypes, GrantTypes.Ciba] } },
            { "The notification endpoint must be https", Asking with { NotificationEndpoint = "http://client.example/told" } },
            { "The notification endpoint must be https", Asking with { NotificationEndpoint = "https://10.0.0.1/told" } },
            { "The notification endpoint is not", Asking with { NotificationEndpoint = "told" } },
            { "is for clients with urn:openid:params:grant-type:ciba", Some.Client() with { NotificationEndpoint = "https://client.example/told" } },
            { "without PKCE", Some.PublicClient() with { RequirePkce = false } },
            {
                "cannot use client_credentials",
                Some.PublicClient() with { GrantTypes = [.. Some.Client().GrantTypes, GrantTypes.ClientCredentials] }
            },
            { "cannot skip consent", Some.PublicClient() with { RequireConsent = false } },
            { "always rotated", Some.PublicClient() with { RotateRefreshTokens = false } },
            { "resource server", Some.PublicClient() with { ProtectedResource = "https://api.example" } },
            { "code lifetime", Some.Client() with { CodeLifetime = TimeSpan.FromMinutes(11) } },
            { "code lifetime", Some.Client() with { CodeLifetime = TimeSpan.Zero } },
            { "access token lifetime", Some.Client() with { AccessTokenLifetime = TimeSpan.FromDays(2) } },
            { "access token lifetime", Some.Client() with { AccessTokenLifetime = TimeSpan.FromSeconds(-1) } },
            { "refresh token lifetime must be", Some.Client() with { RefreshTokenLifetime = TimeSpan.FromDays(401) } },
            { "maximum lifetime must be", Some.Client() with { RefreshTokenMaxLifetime = TimeSpan.FromDays(401) } },
            {
                "must not exceed",
                Some.Client() with { RefreshTokenLifetime = TimeSpan.FromDays(2), RefreshTokenMaxLifetime = TimeSpan.FromDays(1) }
            },
        };

    [Theory, MemberData(nameof(Problems)), Rfc(7591, "2")]
    public void A_problem_is_named_and_is_the_only_one(string problem, Client client) =>
        Assert.Contains(problem, Assert.Single(ClientRegistration.Problems(client)), StringComparison.Ordinal);

    [Fact, Rfc(9700, "2.1.1")]
    public void A_confidential_client_may_go_without_PKCE_and_its_operator_is_warned()
    {
        foreach (var scope in new[] { "openid", "orders" })
        {
            var client = Some.Client() with { RequirePkce = false, Scope = Some.Scope(scope) };
            Assert.Empty(ClientRegistration.Problems(client));
            Assert.Contains("RFC 9700 §2.1.1", Assert.Single(ClientRegistration.Warnings(client)), StringComparison.Ordinal);
        }
    }

    [Theory, Rfc(8252, "7.1")]
    [InlineData("myapp://callback", true)]
    [InlineData("msal4b0db8c2-9f26-4417-8bde-3f0e3656f8e0://auth", true)]
    [InlineData("com.example.app:/cb", false)]
    [InlineData("https://client/cb", false)]
    [InlineData("http://localhost/cb", false)]
    public void A_scheme_that_nobody_owns_is_warned_of(string uri, bool warned)
    {
        var client = Some.PublicClient() with { RedirectUris = [Some.Redirect(uri)] };
        Assert.Empty(ClientRegistration.Problems(client));
        Assert.Equal(warned, ClientRegistration.Warnings(client).Any());
    }

    [Fact, Rfc(9700, "2.2.2")]
    public void A_public_clients_refresh_tokens_are_rotated_and_anothers_where_it_asks()
    {
        Assert.True(Some.PublicClient().RotatesRefreshTokens);
        Assert.True((Some.PublicClient() with { RotateRefreshTokens = false }).RotatesRefreshTokens);
        Assert.False(Some.Client().RotatesRefreshTokens);
        Assert.True((Some.Client() with { RotateRefreshTokens = true }).RotatesRefreshTokens);
    }

    private static Client Machine =>
        Some.Client() with { ClientId = "machine", GrantTypes = [GrantTypes.ClientCredentials], RedirectUris = [], Scope = Some.Scope("orders") };

    private static RedirectUri LongRedirect(int number) => Some.Redirect($"https://web.example/{number}{new string('a', 2000)}");
}

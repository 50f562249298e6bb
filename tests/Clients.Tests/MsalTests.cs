using Microsoft.Identity.Client;

namespace Postern.Tests;

/// <summary>MSAL.NET against an authority that is none of Microsoft's.</summary>
public class MsalTests(PosternServer postern)
{
    private const string Docs = "https://learn.microsoft.com/entra/msal/dotnet/acquiring-tokens/";

    [Fact, Example(typeof(IConfidentialClientApplication), "Daemon apps that call web APIs", Docs + "web-apps-apis/client-credential-flows")]
    public async Task A_daemon_gets_a_token_for_itself()
    {
        var daemon = await postern.AddClientAsync("--machine", "--scope", "api");
        var app = ConfidentialClientApplicationBuilder.Create(daemon.Id)
            .WithClientSecret(daemon.Secret)
            .WithOidcAuthority(postern.Issuer)
            .Build();

        var result = await app.AcquireTokenForClient(["api"]).ExecuteAsync(TestContext.Current.CancellationToken);

        Assert.Equal(TokenSource.IdentityProvider, result.AuthenticationResultMetadata.TokenSource);
    }

    [Fact, Example(typeof(IConfidentialClientApplication), "Web apps: tokens by authorization code", Docs + "web-apps-apis/authorization-codes")]
    public async Task A_web_app_redeems_a_code_knows_the_name_and_refreshes()
    {
        var redirectUri = "https://localhost:44321/signin-oidc";
        var web = await postern.AddClientAsync("--redirect-uri", redirectUri);
        var app = ConfidentialClientApplicationBuilder.Create(web.Id)
            .WithRedirectUri(redirectUri)
            .WithClientSecret(web.Secret)
            .WithOidcAuthority(postern.Issuer)
            .Build();

        var url = await app.GetAuthorizationRequestUrl(["email"])
            .WithPkce(out var codeVerifier)
            .ExecuteAsync(TestContext.Current.CancellationToken);
        using var alice = new Person();
        var answer = System.Web.HttpUtility.ParseQueryString(new Uri(await alice.AuthorizeAsync(url.AbsoluteUri, redirectUri)).Query);
        var result = await app.AcquireTokenByAuthorizationCode(["email"], answer["code"])
            .WithPkceCodeVerifier(codeVerifier)
            .ExecuteAsync(TestContext.Current.CancellationToken);

        Assert.Equal("Alice Example", result.ClaimsPrincipal.FindFirst("name")?.Value);
        var account = await app.GetAccountAsync(result.Account.HomeAccountId.Identifier);
        var again = await app.AcquireTokenSilent(["email"], account).WithForceRefresh(true).ExecuteAsync(TestContext.Current.CancellationToken);
        Assert.Equal(TokenSource.IdentityProvider, again.AuthenticationResultMetadata.TokenSource);
    }

    [Fact]
    [Example(
        typeof(IPublicClientApplication), "Device code flow", Docs + "desktop-mobile/device-code-flow",
        Needs = "another library: MSAL has this flow for Microsoft's own authorities only")]
    public async Task The_library_has_no_device_code_flow_for_an_authority_that_is_none_of_Microsofts()
    {
        var device = await postern.AddClientAsync("--device");
        var app = PublicClientApplicationBuilder.Create(device.Id)
            .WithExperimentalFeatures()
            .WithOidcAuthority(postern.Issuer)
            .Build();
        await Assert.ThrowsAsync<NotImplementedException>(() =>
            app.AcquireTokenWithDeviceCode(["email"], _ => Task.CompletedTask).ExecuteAsync(TestContext.Current.CancellationToken));
    }

    [Fact, Example(typeof(IConfidentialClientApplication), "Web APIs that call web APIs: on-behalf-of", Docs + "web-apps-apis/on-behalf-of-flow")]
    public async Task An_API_calls_another_on_behalf_of_the_person_who_called_it()
    {
        const string orders = "https://orders.example.com";
        const string stock = "https://stock.example.com";
        const string redirectUri = "https://localhost:44321/signin-oidc";
        var web = await postern.AddClientAsync("--redirect-uri", redirectUri, "--scope", "openid profile offline_access orders", "--audience", orders);
        var jwtBearer = "urn:ietf:params:oauth:grant-type:jwt-bearer";
        var api = await postern.AddClientAsync("--resource-server", orders, "--grant-type", jwtBearer, "--on-behalf-of", $"{stock} stock:read");
        var userAccessToken = await AccessTokenAsync(web, redirectUri, "orders");

        var result = await OnBehalfOfAsync();
        var claims = new Microsoft.IdentityModel.JsonWebTokens.JsonWebToken(result.AccessToken);
        Assert.Equal((api.Id, stock), (claims.GetPayloadValue<string>("client_id"), Assert.Single(claims.Audiences)));
        Assert.Equal(new Microsoft.IdentityModel.JsonWebTokens.JsonWebToken(userAccessToken).Subject, claims.Subject);
        Assert.Equal(["stock:read"], result.Scopes);

        await postern.RevokeAsync(web, userAccessToken);
        await Assert.ThrowsAsync<MsalUiRequiredException>(OnBehalfOfAsync);

        // With a cache of its own, for the first answer is good for as long as it lasts.
        Task<AuthenticationResult> OnBehalfOfAsync()
        {
            var app = ConfidentialClientApplicationBuilder.Create(api.Id)
                .WithClientSecret(api.Secret)
                .WithOidcAuthority(postern.Issuer)
                .Build();
            var userAssertion = new UserAssertion(userAccessToken);
            return app.AcquireTokenOnBehalfOf(["stock:read"], userAssertion).ExecuteAsync(TestContext.Current.CancellationToken);
        }
    }

    [Fact, Example(typeof(IPublicClientApplication), "Desktop apps: system web browser", Docs + "using-web-browsers")]
    public async Task A_desktop_app_signs_in_with_the_system_browser()
    {
        var desktop = await postern.AddClientAsync("--native", "--redirect-uri", "http://localhost");
        var app = PublicClientApplicationBuilder.Create(desktop.Id)
            .WithExperimentalFeatures()
            .WithOidcAuthority(postern.Issuer)
            .WithRedirectUri("http://localhost")
            .Build();
        using var alice = new Person();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));

        var result = await app.AcquireTokenInteractive(["email"])
            .WithUseEmbeddedWebView(false)
            .WithSystemWebViewOptions(new SystemWebViewOptions { OpenBrowserAsync = Open })
            .ExecuteAsync(patience.Token);

        Assert.Equal("Alice Example", result.ClaimsPrincipal.FindFirst("name")?.Value);

        // Only then does MSAL begin to listen.
        Task Open(Uri url)
        {
            _ = alice.OpenAsync(url.AbsoluteUri);
            return Task.CompletedTask;
        }
    }

    private async Task<string> AccessTokenAsync(Registered web, string redirectUri, string scope)
    {
        var app = ConfidentialClientApplicationBuilder.Create(web.Id)
            .WithRedirectUri(redirectUri)
            .WithClientSecret(web.Secret)
            .WithOidcAuthority(postern.Issuer)
            .Build();
        var url = await app.GetAuthorizationRequestUrl([scope]).WithPkce(out var codeVerifier).ExecuteAsync(TestContext.Current.CancellationToken);
        using var alice = new Person();
        var answer = System.Web.HttpUtility.ParseQueryString(new Uri(await alice.AuthorizeAsync(url.AbsoluteUri, redirectUri)).Query);
        var result = await app.AcquireTokenByAuthorizationCode([scope], answer["code"])
            .WithPkceCodeVerifier(codeVerifier)
            .ExecuteAsync(TestContext.Current.CancellationToken);
        return result.AccessToken;
    }
}

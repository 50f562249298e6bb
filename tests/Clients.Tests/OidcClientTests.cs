using Duende.IdentityModel.OidcClient;

namespace Postern.Tests;

/// <summary>A native app.</summary>
public class OidcClientTests(PosternServer postern)
{
    [Fact, Example(typeof(OidcClient), "OIDC Client Manual Mode", "https://docs.duendesoftware.com/identitymodel-oidcclient/manual")]
    public async Task A_native_app_signs_in_reads_userinfo_and_refreshes()
    {
        var redirectUri = "http://127.0.0.1:7890/callback";
        var native = await postern.AddClientAsync("--native", "--scope", "openid profile email offline_access api");
        var options = new OidcClientOptions
        {
            Authority = postern.Issuer,
            ClientId = native.Id,
            RedirectUri = redirectUri,
            Scope = "openid profile api offline_access",
        };

        var client = new OidcClient(options);

        var state = await client.PrepareLoginAsync(cancellationToken: TestContext.Current.CancellationToken);
        using var alice = new Person();
        var data = await alice.AuthorizeAsync(state.StartUrl, redirectUri);
        var result = await client.ProcessResponseAsync(data, state, cancellationToken: TestContext.Current.CancellationToken);

        Assert.False(result.IsError, $"{result.Error} {result.ErrorDescription}");
        Assert.Equal("Alice Example", result.User.Identity!.Name);
        var refreshed = await client.RefreshTokenAsync(result.RefreshToken, cancellationToken: TestContext.Current.CancellationToken);
        Assert.False(refreshed.IsError, $"{refreshed.Error} {refreshed.ErrorDescription}");
        Assert.NotEqual(result.AccessToken, refreshed.AccessToken);
    }
}

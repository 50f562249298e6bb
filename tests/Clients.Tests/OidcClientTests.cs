using Duende.IdentityModel.Client;
using Duende.IdentityModel.OidcClient;
using Microsoft.IdentityModel.JsonWebTokens;

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

    [Fact]
    [Example(
        typeof(DeviceTokenRequest), "Device authorization endpoint", "https://docs.duendesoftware.com/identitymodel/endpoints/device-authorization/",
        Needs = "`ClientCredentialStyle.PostBody`: a public client has no secret, not an empty one in the header")]
    public async Task A_device_connects_while_its_person_answers_in_a_browser()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var device = await postern.AddClientAsync("--device");
        using var client = new HttpClient();
        var disco = await client.GetDiscoveryDocumentAsync(postern.Issuer, cancellation);
        Assert.False(disco.IsError, disco.Error);
        using var asked = new DeviceAuthorizationRequest { Address = disco.DeviceAuthorizationEndpoint, ClientId = device.Id, Scope = "openid profile" };
        Assert.Equal("Unauthorized", (await client.RequestDeviceAuthorizationAsync(asked, cancellation)).Error);
        asked.ClientCredentialStyle = ClientCredentialStyle.PostBody;
        var begun = await client.RequestDeviceAuthorizationAsync(asked, cancellation);
        Assert.False(begun.IsError, begun.Error);
        using var alice = new Person();
        await alice.OpenAsync(begun.VerificationUriComplete!);

        using var poll = new DeviceTokenRequest { Address = disco.TokenEndpoint, ClientId = device.Id, DeviceCode = begun.DeviceCode! };
        poll.ClientCredentialStyle = ClientCredentialStyle.PostBody;
        var tokens = await client.RequestDeviceTokenAsync(poll, cancellation);
        Assert.False(tokens.IsError, $"{tokens.Error} {tokens.ErrorDescription}");
        Assert.Equal("Alice Example", new JsonWebToken(tokens.IdentityToken).GetPayloadValue<string>("name"));
    }

    [Fact]
    public async Task A_native_app_signs_out_and_gets_its_state_back()
    {
        const string redirectUri = "http://127.0.0.1:7891/callback";
        const string signedOut = "http://127.0.0.1:7891/signed-out";
        var native = await postern.AddClientAsync("--native", "--post-logout-redirect-uri", "http://127.0.0.1/signed-out");
        var client = new OidcClient(new OidcClientOptions
        {
            Authority = postern.Issuer,
            ClientId = native.Id,
            RedirectUri = redirectUri,
            PostLogoutRedirectUri = signedOut,
            Scope = "openid profile",
        });
        var state = await client.PrepareLoginAsync(cancellationToken: TestContext.Current.CancellationToken);
        using var alice = new Person();
        var data = await alice.AuthorizeAsync(state.StartUrl, redirectUri);
        var result = await client.ProcessResponseAsync(data, state, cancellationToken: TestContext.Current.CancellationToken);
        Assert.False(result.IsError, $"{result.Error} {result.ErrorDescription}");

        var logout = new LogoutRequest { IdTokenHint = result.IdentityToken, State = "the-state" };
        var url = await client.PrepareLogoutAsync(logout, TestContext.Current.CancellationToken);
        Assert.Equal($"{signedOut}?state=the-state", await alice.AuthorizeAsync(url, signedOut));
        var refreshed = await client.RefreshTokenAsync(result.RefreshToken, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("invalid_grant", refreshed.Error);
        Assert.Equal(1, alice.SignIns);
        await alice.AuthorizeAsync((await client.PrepareLoginAsync(cancellationToken: TestContext.Current.CancellationToken)).StartUrl, redirectUri);
        Assert.Equal(2, alice.SignIns);
    }
}

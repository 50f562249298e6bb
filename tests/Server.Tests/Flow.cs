using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Postern.Tests;

/// <summary>An authorization code flow of one client, in as many steps as a test wants to look at.</summary>
public sealed class Flow(RemoteServer server, string clientId, string? redirect = null, string scope = "openid profile email api:read")
{
    private readonly string redirectUri = redirect ?? TestClients.CallbackOf(clientId);

    /// <summary>RFC 7636 §4.1.</summary>
    public string Verifier { get; } = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public string Challenge => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));

    /// <summary>The authorization request. Given parameters replace the usual ones; a null leaves one out.</summary>
    public (string Name, string Value)[] Parameters(params (string Name, string? Value)[] parameters)
    {
        var usual = new (string Name, string? Value)[]
        {
            ("response_type", "code"),
            ("client_id", clientId),
            ("redirect_uri", redirectUri),
            ("scope", scope),
            ("state", "the-state"),
            ("nonce", "the-nonce"),
            ("code_challenge", Challenge),
            ("code_challenge_method", "S256"),
        };
        var all = usual.Where(one => !parameters.Any(given => given.Name == one.Name)).Concat(parameters);
        return [.. all.Where(one => one.Value is not null).Select(one => (one.Name, one.Value!))];
    }

    /// <summary>The same as the URL that starts it.</summary>
    public string Url(params (string Name, string? Value)[] parameters) =>
        "/authorize?" + string.Join('&', Parameters(parameters).Select(one => $"{one.Name}={Uri.EscapeDataString(one.Value)}"));

    /// <summary>Signs Alice in where she is asked to, consents where she is asked to, and returns the code.</summary>
    public async Task<string> CodeAsync(Browser? browser = null, params (string Name, string? Value)[] parameters)
    {
        browser ??= server.Browser();
        await browser.GoAsync(Url(parameters));
        if (browser.Page?.Body.Contains("id=\"signin-form\"", StringComparison.Ordinal) == true)
            await browser.SignInAsync();
        if (browser.Page?.Body.Contains("id=\"consent-allow\"", StringComparison.Ordinal) == true)
            await browser.ConsentAsync();
        return browser.Sent("code") ?? throw new InvalidOperationException($"no code: {browser.SentTo} {browser.Page?.Body}");
    }

    /// <summary>The token request for a code. Given parameters replace the usual ones; an empty value leaves one out.</summary>
    public Task<Answer> RedeemAsync(string code, params (string Name, string Value)[] parameters)
    {
        var usual = new (string Name, string Value)[]
        {
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirectUri),
            ("code_verifier", Verifier),
        };
        var all = usual.Where(one => !parameters.Any(given => given.Name == one.Name)).Concat(parameters).Where(one => one.Value.Length > 0);
        return server.PostAsync("/token", clientId, [.. all]);
    }

    /// <summary>The whole flow: the token response.</summary>
    public async Task<Answer> TokensAsync(Browser? browser = null) => await RedeemAsync(await CodeAsync(browser));

    /// <summary>The whole flow of somebody who is signed in already.</summary>
    public async Task<Answer> TokensAsync(params (string Name, string? Value)[] parameters) =>
        await RedeemAsync(await CodeAsync(await server.SignedInAsync(), parameters));

    /// <summary>Uses a refresh token.</summary>
    public Task<Answer> RefreshAsync(string refreshToken, params (string Name, string Value)[] parameters) =>
        server.PostAsync("/token", clientId, [("grant_type", "refresh_token"), ("refresh_token", refreshToken), .. parameters]);
}

using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Postern.Tests;

/// <summary>An authorization code flow of one client, in as many steps as a test wants to look at.</summary>
public sealed class Flow(AuthServer server, string clientId, string redirectUri = TestClients.WebCallback, string scope = "openid profile email api:read")
{
    /// <summary>RFC 7636 §4.1.</summary>
    public string Verifier { get; } = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public string Challenge => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));

    /// <summary>The URL that starts it. Given parameters replace the usual ones; a null leaves one out.</summary>
    public string Url(params (string Name, string? Value)[] parameters)
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
        var all = usual.Where(one => !parameters.Any(given => given.Name == one.Name)).Concat(parameters).Where(one => one.Value is not null);
        return "/authorize?" + string.Join('&', all.Select(one => $"{one.Name}={Uri.EscapeDataString(one.Value!)}"));
    }

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
        return server.PostAsync("/token", clientId, [.. usual.Where(one => !parameters.Any(given => given.Name == one.Name)), .. parameters]);
    }

    /// <summary>The whole flow: the token response.</summary>
    public async Task<Answer> TokensAsync(Browser? browser = null) => await RedeemAsync(await CodeAsync(browser));
}

using System.Net;

namespace Postern.Tests;

/// <summary>Steps that the tests of signing out share.</summary>
internal static class SignOutExtensions
{
    /// <summary>The URL by which an app asks to sign out.</summary>
    public static string SignOutUrl(params (string Name, string? Value)[] parameters) =>
        "/signout?" + string.Join('&', parameters.Where(one => one.Value is not null).Select(one => $"{one.Name}={Uri.EscapeDataString(one.Value!)}"));

    /// <summary>A browser in which Alice has just signed in, with a session of its own, and what the client got.</summary>
    public static async Task<(Browser Browser, Answer Tokens, string IdToken)> BeginAsync(
        this AuthServer server,
        string clientId = "logout",
        string scope = "openid profile api:read"
    )
    {
        var browser = server.Browser();
        var tokens = await new Flow(server, clientId, scope: scope).TokensAsync(browser);
        return (browser, tokens, tokens.Text("id_token")!);
    }

    /// <summary>Alice signs out by herself.</summary>
    public static async Task SignOutAsync(this Browser browser)
    {
        await browser.GoAsync("/signout");
        await browser.SubmitAsync();
        Assert.Contains("You are signed out", browser.Page!.Body, StringComparison.Ordinal);
    }

    /// <summary>Whether the browser has a session that the server knows.</summary>
    public static async Task<bool> IsSignedInAsync(this AuthServer server, Browser browser) =>
        (await browser.Copy().GoAsync(new Flow(server, "own").Url(("prompt", "none")))).Sent("code") is not null;

    public static string Sid(this string idToken) => Jwt.Claims(idToken).GetProperty("sid").GetString()!;

    /// <summary>The page refuses, sends nowhere, and nobody is signed out.</summary>
    public static async Task RefusesAsync(this AuthServer server, Browser browser)
    {
        Assert.Equal((HttpStatusCode.BadRequest, true), (browser.Page?.Status, browser.Shows("error-message")));
        Assert.Contains("You are still signed in", browser.Page!.Body, StringComparison.Ordinal);
        Assert.True(await server.IsSignedInAsync(browser));
    }
}

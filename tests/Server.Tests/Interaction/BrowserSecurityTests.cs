using System.Net;
using Postern.Protocol;

namespace Postern.Tests;

/// <summary>What travels through the browser, and what the browser is told to guard.</summary>
public class BrowserSecurityTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly AuthServer server = shared.Server;

    [Fact, Rfc(6265, "4.1.2")]
    public async Task Cookies_are_held_to_https_this_host_and_no_scripts()
    {
        var cookies = await CookiesAsync(server);
        Assert.Equal(3, cookies.Count);
        Assert.All(cookies.Keys, name => Assert.Matches("^__Host-postern-[0-9a-f]{8}-(session|browser|[A-Za-z0-9_-]{24})$", name));
        Assert.All(cookies.Values, Guarded);
        Assert.All(cookies.Values, cookie => Assert.Contains("; secure", cookie, StringComparison.Ordinal));
    }

    [Fact]
    public async Task On_plain_localhost_cookies_go_without_Secure_by_plain_names()
    {
        await using var own = await AuthServer.StartAsync(options => options with { Issuer = "http://localhost:7071" });
        var cookies = await CookiesAsync(own);
        Assert.Equal(3, cookies.Count);
        Assert.All(cookies.Keys, name => Assert.Matches("^postern-[0-9a-f]{8}-(session|browser|[A-Za-z0-9_-]{24})$", name));
        Assert.All(cookies.Values, Guarded);
        Assert.All(cookies.Values, cookie => Assert.DoesNotContain("secure", cookie, StringComparison.Ordinal));
    }

    [Fact, Rfc(6819, "5.1.5.9")]
    public async Task Who_knows_the_name_of_a_session_but_not_its_secret_neither_has_nor_ends_it()
    {
        var (victim, thief) = (await server.SignedInAsync(), await SignInTests.AskAsync(server, "own"));
        var name = victim.Cookies.Keys.Single(cookie => cookie.EndsWith("-session", StringComparison.Ordinal));
        var handle = Handle.TryParse(HandleKind.Session, victim.Cookies[name])!;
        thief.Cookies[name] = (handle with { Secret = new byte[Handle.SecretSize] }).Encode();
        Assert.NotNull((await thief.SignInAsync()).Sent("code"));
        thief.Cookies[name] = (handle with { Secret = new byte[Handle.SecretSize] }).Encode();
        Assert.False((await thief.GoAsync("/signout")).Shows("signout"));
        Assert.NotNull((await victim.GoAsync(new Flow(server, "own").Url(("prompt", "none")))).Sent("code"));
    }

    [Fact, Rfc(9700, "4.16")]
    public async Task Every_page_is_guarded()
    {
        var browser = await SignInTests.AskAsync(server, "post");
        await browser.SignInAsync(password: "wrong");
        await browser.SignInAsync();
        await browser.ConsentAsync("deny");
        foreach (var prompt in new[] { "select_account", "consent", "none none" })
            await browser.GoAsync(new Flow(server, "own").Url(("prompt", prompt), ("response_mode", "form_post")));
        foreach (var path in new[] { "/authorize", "/authorize?client_id=x", "/authorize?interaction=x", "/authorize?x=%00", "/signout" })
            await browser.GoAsync(path);
        await browser.SubmitAsync();
        await browser.PostAsync("/consent");
        await browser.PostAsync("/signin", ("x", new string('x', 33_000)));
        var pages = browser.Answers
            .Where(answer => answer.Header("Content-Type")?.StartsWith("text/html", StringComparison.Ordinal) == true)
            .ToList();
        Assert.True(pages.Count >= 13, $"{pages.Count} pages");
        Assert.All(pages, IsGuarded);
    }

    [Fact, Rfc(9700, "4.12")]
    public async Task Every_redirect_is_303_and_kept_by_nobody()
    {
        var browser = await SignInTests.AskAsync(server);
        await browser.SignInAsync();
        await browser.ConsentAsync();
        var redirects = browser.Answers.Where(answer => answer.Header("Location") is not null).ToList();
        Assert.Equal(3, redirects.Count);
        Assert.All(redirects, redirect =>
        {
            Assert.Equal(HttpStatusCode.SeeOther, redirect.Status);
            Assert.Equal(("no-store", "no-referrer"), (redirect.Header("Cache-Control"), redirect.Header("Referrer-Policy")));
        });
    }

    [Fact, Rfc(9700, "4.2")]
    public async Task No_secret_is_in_a_URL()
    {
        var browser = await SignInTests.AskAsync(server, "rotating");
        var antiforgery = browser.Field("antiforgery")!;
        await browser.SignInAsync();
        antiforgery += " " + browser.Field("antiforgery");
        await browser.ConsentAsync();
        var urls = string.Join(' ', browser.Asked.Concat(browser.Answers.Select(answer => answer.Header("Location") ?? "")));
        string[] secrets = [.. browser.Cookies.Values, .. antiforgery.Split(' '), Uri.EscapeDataString(AuthServer.Password), "password"];
        foreach (var secret in secrets)
            Assert.DoesNotContain(secret, urls, StringComparison.Ordinal);
        Assert.DoesNotContain(browser.Sent("code")!, string.Join(' ', browser.Asked), StringComparison.Ordinal);
    }

    private static async Task<Dictionary<string, string>> CookiesAsync(AuthServer server)
    {
        var browser = await SignInTests.AskAsync(server);
        await browser.SignInAsync();
        var set = browser.Answers.SelectMany(answer => answer.Headers.GetValueOrDefault("Set-Cookie", []));
        // The last of each name: a known browser keeps its secret for longer.
        return set.GroupBy(cookie => cookie.Split('=')[0]).ToDictionary(same => same.Key, same => same.Last());
    }

    private static void Guarded(string cookie)
    {
        foreach (var attribute in new[] { "; path=/", "; httponly", "; samesite=lax" })
            Assert.Contains(attribute, cookie, StringComparison.Ordinal);
        Assert.DoesNotContain("domain=", cookie, StringComparison.OrdinalIgnoreCase);
    }

    private static void IsGuarded(Answer page)
    {
        var policy = page.Header("Content-Security-Policy");
        foreach (var directive in new[] { "default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'" })
            Assert.Contains(directive, policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal(("DENY", "nosniff"), (page.Header("X-Frame-Options"), page.Header("X-Content-Type-Options")));
        Assert.Equal(("no-referrer", "no-store"), (page.Header("Referrer-Policy"), page.Header("Cache-Control")));
        Assert.Equal("max-age=31536000", page.Header("Strict-Transport-Security"));
        Assert.DoesNotMatch("<script(?! src=)|style=| on[a-z]+=", page.Body);
    }
}

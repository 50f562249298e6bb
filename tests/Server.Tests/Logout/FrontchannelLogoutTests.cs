using System.Net;
using System.Text.RegularExpressions;
using Postern.Protocol;
using static Postern.Tests.SignOutExtensions;

namespace Postern.Tests;

/// <summary>The signed-out page loads apps in frames, which sign out by that (OpenID Connect Front-Channel Logout 1.0).</summary>
public partial class FrontchannelLogoutTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Back = "https://web.example/signed-out";
    private const string Frame = "https://web.example/out?tenant=1";

    private readonly AuthServer server = shared.Server;

    [Conformance("oidcc-frontchannel-rp-initiated-logout")]
    [Fact, Spec("OIDC Front-Channel Logout", "2"), Spec("OIDC Front-Channel Logout", "3")]
    public async Task The_page_frames_the_apps_with_issuer_and_session_and_then_goes_on()
    {
        var (id, other) = (await AddAsync(Frame), await AddAsync("https://web.example/other"));
        var (browser, _, hint) = await server.BeginAsync(id);
        await new Flow(server, id).TokensAsync(browser);
        await new Flow(server, other).TokensAsync(browser);
        await AddAsync("https://web.example/unused");
        await browser.GoAsync(SignOutUrl(("id_token_hint", hint), ("post_logout_redirect_uri", Back), ("state", "x")));
        var iss = Uri.EscapeDataString(AuthServer.Issuer);
        var frames = FrameSource().Matches(browser.Page!.Body).Select(match => WebUtility.HtmlDecode(match.Groups[1].Value)).Order().ToList();
        Assert.Equal(2, frames.Count);
        Assert.StartsWith($"https://web.example/other?iss={iss}&sid=", frames[0], StringComparison.Ordinal);
        Assert.Equal($"{Frame}&iss={iss}&sid={hint.Sid()}", frames[1]);
        var policy = browser.Page.Header("Content-Security-Policy")!;
        Assert.Contains("frame-src https://web.example;", policy, StringComparison.Ordinal);
        Assert.Contains("script-src 'self'", policy, StringComparison.Ordinal);
        Assert.Contains($"id=\"continue\" class=\"go\" href=\"{Back}?state=x\"", browser.Page.Body, StringComparison.Ordinal);
        Assert.Contains("/assets/signed-out.js", browser.Page.Body, StringComparison.Ordinal);
        Assert.False(await server.IsSignedInAsync(browser));
    }

    [Fact]
    public async Task With_nowhere_to_go_the_page_stays_and_without_frames_nothing_may_be_framed()
    {
        var (browser, _, _) = await server.BeginAsync(await AddAsync(Frame));
        await browser.SignOutAsync();
        Assert.Matches(FrameSource(), browser.Page!.Body);
        Assert.DoesNotContain("<script", browser.Page.Body, StringComparison.Ordinal);
        var (plain, _, _) = await server.BeginAsync("own");
        await plain.SignOutAsync();
        Assert.DoesNotContain("frame-src", plain.Page!.Header("Content-Security-Policy")!, StringComparison.Ordinal);
    }

    private async Task<string> AddAsync(string frame)
    {
        var id = $"framed-{Guid.NewGuid():N}";
        var logout = new ClientLogout { FrontchannelLogoutUri = frame, PostLogoutRedirectUris = [TestClients.Registered(Back)] };
        var client = TestClients.Confidential(id, server.Clock.Now) with { RequireConsent = false, Logout = logout };
        Assert.Empty(ClientRegistration.Problems(client));
        await server.AddClientAsync(client);
        return id;
    }

    [GeneratedRegex("<iframe[^>]* src=\"([^\"]*)\"")]
    private static partial Regex FrameSource();
}

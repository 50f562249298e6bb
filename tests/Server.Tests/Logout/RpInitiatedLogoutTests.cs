using System.Security.Cryptography;
using Postern.Protocol;
using Postern.Signing;
using static Postern.Tests.SignOutExtensions;

namespace Postern.Tests;

/// <summary>An app asks to sign a person out (OpenID Connect RP-Initiated Logout 1.0).</summary>
public class RpInitiatedLogoutTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Back = "https://web.example/signed-out";

    private readonly AuthServer server = shared.Server;

    [Conformance("oidcc-rp-initiated-logout")]
    [Fact, Spec("OIDC RP-Initiated Logout", "2"), Spec("OIDC RP-Initiated Logout", "3")]
    public async Task An_app_that_shows_the_sessions_ID_token_signs_out_and_gets_its_state_back_and_nothing_else()
    {
        var (browser, _, hint) = await server.BeginAsync();
        await browser.GoAsync(SignOutUrl(("id_token_hint", hint), ("post_logout_redirect_uri", Back), ("state", "a b&c"), ("ui_locales", "de")));
        Assert.Equal($"{Back}?state=a%20b%26c", browser.SentTo?.OriginalString);
        Assert.Null(browser.Cookie("session"));
        Assert.False(await server.IsSignedInAsync(browser));
    }

    [Conformance("oidcc-rp-initiated-logout-no-state")]
    [Fact, Spec("OIDC RP-Initiated Logout", "3")]
    public async Task Without_a_state_the_address_is_as_registered()
    {
        var (browser, _, hint) = await server.BeginAsync();
        await browser.GoAsync(SignOutUrl(("id_token_hint", hint), ("post_logout_redirect_uri", Back), ("client_id", "logout")));
        Assert.Equal(Back, browser.SentTo?.OriginalString);
        Assert.False(await server.IsSignedInAsync(browser));
    }

    [Fact, Spec("OIDC RP-Initiated Logout", "3")]
    public async Task A_state_is_added_to_a_registered_query()
    {
        var (browser, _, hint) = await server.BeginAsync();
        await browser.GoAsync(SignOutUrl(("id_token_hint", hint), ("post_logout_redirect_uri", "https://web.example/bye?from=postern"), ("state", "x")));
        Assert.Equal("https://web.example/bye?from=postern&state=x", browser.SentTo?.OriginalString);
    }

    [Conformance("oidcc-rp-initiated-logout-bad-post-logout-redirect-uri")]
    [Conformance("oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri")]
    [Theory, Spec("OIDC RP-Initiated Logout", "3"), Spec("OIDC RP-Initiated Logout", "4")]
    [InlineData("https://web.example/signed-out?extra=1")]
    [InlineData("https://web.example/signed-out/")]
    [InlineData("https://WEB.example/signed-out")]
    [InlineData("https://evil.example/signed-out")]
    [InlineData("//web.example/signed-out")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/")]
    [InlineData("https://web.example/callback")]
    public async Task An_address_that_is_not_registered_is_a_page_and_never_a_redirect(string uri)
    {
        var (browser, _, hint) = await server.BeginAsync();
        await browser.GoAsync(SignOutUrl(("id_token_hint", hint), ("post_logout_redirect_uri", uri), ("state", "x")));
        await server.RefusesAsync(browser);
        Assert.Contains(server.Log.Lines, line => line.Contains("--post-logout-redirect-uri <the address", StringComparison.Ordinal));
    }

    [Conformance("oidcc-rp-initiated-logout-modified-id-token-hint")]
    [Conformance("oidcc-rp-initiated-logout-bad-id-token-hint")]
    [Fact, Spec("OIDC RP-Initiated Logout", "2"), Spec("OIDC RP-Initiated Logout", "4")]
    public async Task What_is_no_ID_token_of_this_server_proves_nothing_and_is_a_page()
    {
        var (browser, tokens, hint) = await server.BeginAsync();
        var parts = hint.Split('.');
        using var rsa = RSA.Create(2048);
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var stranger = new LocalSigner(rsa, ec);
        var foreign = await stranger.SignAsync(SigningAlgorithms.RS256, Jws.IdTokenType, Convert.FromBase64String(Padded(parts[1])), default);
        string[] hints = [$"{parts[0]}.{parts[1]}.{Flipped(parts[2])}", "not-a-token", tokens.AccessToken, foreign[..^4]];
        foreach (var one in hints)
        {
            await browser.GoAsync(SignOutUrl(("id_token_hint", one), ("post_logout_redirect_uri", Back)));
            await server.RefusesAsync(browser);
        }
        // By a key that nobody knows, or not any more: no forgery for certain, and no proof. Whose it is stays unknown.
        await browser.GoAsync(SignOutUrl(("id_token_hint", foreign), ("post_logout_redirect_uri", Back)));
        await server.RefusesAsync(browser);
        await browser.GoAsync(SignOutUrl(("id_token_hint", foreign), ("post_logout_redirect_uri", Back), ("client_id", "logout")));
        Assert.True(browser.Shows("signout"));
    }

    [Fact, Spec("OIDC RP-Initiated Logout", "2")]
    public async Task An_ID_token_of_one_app_does_not_speak_for_another()
    {
        var (browser, _, hint) = await server.BeginAsync("own");
        await browser.GoAsync(SignOutUrl(("id_token_hint", hint), ("client_id", "logout"), ("post_logout_redirect_uri", Back)));
        await server.RefusesAsync(browser);
        await browser.GoAsync(SignOutUrl(("client_id", "nobody"), ("post_logout_redirect_uri", Back)));
        await server.RefusesAsync(browser);
    }

    [Conformance("oidcc-rp-initiated-logout-no-id-token-hint")]
    [Fact, Spec("OIDC RP-Initiated Logout", "2")]
    public async Task An_address_of_nobody_is_a_page()
    {
        var (browser, _, _) = await server.BeginAsync();
        await browser.GoAsync(SignOutUrl(("post_logout_redirect_uri", Back), ("state", "x")));
        await server.RefusesAsync(browser);
    }

    [Conformance("oidcc-rp-initiated-logout-no-params")]
    [Conformance("oidcc-rp-initiated-logout-only-state")]
    [Theory, Spec("OIDC RP-Initiated Logout", "2"), Spec("OIDC RP-Initiated Logout", "6")]
    [InlineData("/signout")]
    [InlineData("/signout?state=x")]
    [InlineData("/signout?logout_hint=alice%40example.com&ui_locales=de")]
    public async Task Without_any_proof_the_person_is_asked_by_name_and_then_told(string url)
    {
        var (browser, _, _) = await server.BeginAsync();
        await browser.GoAsync(url);
        Assert.True(browser.Shows("signout") && await server.IsSignedInAsync(browser));
        Assert.Contains("Alice Example", browser.Page!.Body, StringComparison.Ordinal);
        Assert.Contains(AuthServer.Login, browser.Page!.Body, StringComparison.Ordinal);
        await browser.SubmitAsync();
        Assert.Contains("You are signed out", browser.Page!.Body, StringComparison.Ordinal);
        Assert.False(await server.IsSignedInAsync(browser));
    }

    [Conformance("oidcc-rp-initiated-logout-no-post-logout-redirect-uri")]
    [Fact, Spec("OIDC RP-Initiated Logout", "2")]
    public async Task With_nowhere_to_go_the_proven_request_ends_on_a_page()
    {
        var (browser, _, hint) = await server.BeginAsync();
        await browser.GoAsync(SignOutUrl(("id_token_hint", hint), ("state", "x")));
        Assert.Contains("You are signed out", browser.Page!.Body, StringComparison.Ordinal);
        Assert.False(await server.IsSignedInAsync(browser));
    }

    [Fact, Spec("OIDC RP-Initiated Logout", "2"), Spec("OIDC RP-Initiated Logout", "6")]
    public async Task With_only_its_id_an_app_gets_people_back_once_they_have_said_yes()
    {
        var (browser, _, _) = await server.BeginAsync();
        var url = SignOutUrl(("client_id", "logout"), ("post_logout_redirect_uri", Back), ("state", "a'\"<"));
        await browser.GoAsync(url);
        Assert.True(browser.Shows("signout"));
        Assert.Contains("The logout client", browser.Page!.Body, StringComparison.Ordinal);
        Assert.Contains("form-action 'self' https:", browser.Page.Header("Content-Security-Policy")!, StringComparison.Ordinal);
        await browser.SubmitAsync();
        Assert.Equal("a'\"<", browser.Sent("state"));
        // Nobody is signed in any more, and nobody has proved anything: a way back that the person may take.
        await browser.GoAsync(url);
        Assert.True(browser.SentTo is null && browser.Shows("continue"));
        Assert.DoesNotContain("<script", browser.Page!.Body, StringComparison.Ordinal);
    }

    [Fact, Spec("OIDC RP-Initiated Logout", "2")]
    public async Task An_ID_token_proves_long_after_it_has_expired_and_after_the_session_has_gone()
    {
        await using var own = await AuthServer.StartAsync();
        var (browser, _, hint) = await own.BeginAsync();
        own.Clock.Advance(TimeSpan.FromDays(3));
        var url = SignOutUrl(("id_token_hint", hint), ("post_logout_redirect_uri", Back));
        Assert.Equal(Back, (await browser.GoAsync(url)).SentTo?.OriginalString);
        Assert.Equal(Back, (await browser.GoAsync(url)).SentTo?.OriginalString);
    }

    [Fact, Spec("OIDC RP-Initiated Logout", "6")]
    public async Task An_ID_token_of_another_session_ends_nothing_unasked()
    {
        var (_, _, hint) = await server.BeginAsync();
        var (browser, _, _) = await server.BeginAsync();
        await browser.GoAsync(SignOutUrl(("id_token_hint", hint), ("post_logout_redirect_uri", Back)));
        Assert.True(browser.Shows("signout") && await server.IsSignedInAsync(browser));
        await browser.SubmitAsync();
        Assert.Equal(Back, browser.SentTo?.OriginalString);
    }

    [Fact, Spec("OIDC Back-Channel Logout", "2.1")]
    public async Task A_session_stays_the_same_to_its_apps_when_the_same_person_signs_in_again()
    {
        var (browser, _, before) = await server.BeginAsync();
        await browser.GoAsync(new Flow(server, "own").Url(("prompt", "login")));
        await browser.SignInAsync();
        var flow = new Flow(server, "logout", scope: "openid offline_access");
        var tokens = await flow.TokensAsync(browser);
        Assert.Equal(before.Sid(), tokens.Text("id_token")!.Sid());
        Assert.Equal(before.Sid(), (await flow.RefreshAsync(tokens.RefreshToken)).Text("id_token")!.Sid());
        var other = (await new Flow(server, "own").TokensAsync(browser)).Text("id_token")!.Sid();
        Assert.NotEqual(before.Sid(), other);
        await browser.GoAsync(SignOutUrl(("id_token_hint", before), ("post_logout_redirect_uri", Back)));
        Assert.Equal(Back, browser.SentTo?.OriginalString);
        Assert.NotEqual(before.Sid(), (await new Flow(server, "logout").TokensAsync(browser)).Text("id_token")!.Sid());
    }

    [Fact, Spec("OIDC RP-Initiated Logout", "2")]
    public async Task A_form_of_another_site_comes_without_cookies_and_is_posted_again_from_here()
    {
        var (browser, _, hint) = await server.BeginAsync();
        (string, string)[] form = [("id_token_hint", hint), ("post_logout_redirect_uri", Back), ("state", "x")];
        var strange = await server.Browser().PostAsync("/signout", form);
        Assert.Contains("action=\"/signout?again\"", strange.Page!.Body, StringComparison.Ordinal);
        Assert.Contains("form-action 'self' https:", strange.Page.Header("Content-Security-Policy")!, StringComparison.Ordinal);
        Assert.Equal($"{Back}?state=x", (await browser.PostAsync("/signout?again", form)).SentTo?.OriginalString);
        Assert.False(await server.IsSignedInAsync(browser));
    }

    [Fact, Spec("OIDC RP-Initiated Logout", "6")]
    public async Task The_forms_proof_is_good_in_a_form_alone_and_who_stays_stays()
    {
        var (browser, _, _) = await server.BeginAsync();
        await browser.GoAsync("/signout");
        var proof = browser.Field("antiforgery")!;
        Assert.True((await browser.Copy().GoAsync(SignOutUrl(("antiforgery", proof)))).Shows("signout"));
        Assert.True((await browser.Copy().PostAsync("/signout", ("choice", "stay"))).Shows("signout"));
        await browser.SubmitAsync(("choice", "stay"));
        Assert.Contains("You are still signed in", browser.Page!.Body, StringComparison.Ordinal);
        Assert.True(await server.IsSignedInAsync(browser));
    }

    [Theory, Rfc(6749, "3.1")]
    [InlineData("state=a&state=b")]
    [InlineData("post_logout_redirect_uri=%FF")]
    [InlineData("client_id=%00")]
    public async Task What_cannot_be_read_is_refused(string query)
    {
        var browser = (await server.SignedInAsync()).Copy();
        await browser.GoAsync("/signout?" + query);
        await server.RefusesAsync(browser);
    }

    private static string Flipped(string signature) => (signature[0] == 'A' ? 'B' : 'A') + signature[1..];

    private static string Padded(string base64Url) =>
        base64Url.Replace('-', '+').Replace('_', '/') + new string('=', (4 - (base64Url.Length % 4)) % 4);
}

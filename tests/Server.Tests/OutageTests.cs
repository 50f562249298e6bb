using System.Net;
using Azure;
using Azure.Core;
using Azure.Identity;
using Postern.Protocol;

namespace Postern.Tests;

/// <summary>What Azure does not answer is told as temporary, and costs nobody what they hold.</summary>
public class OutageTests
{
    [Theory, Rfc(6749, "4.1.2")]
    [InlineData("own")]
    [InlineData("rotating")]
    public async Task While_nothing_can_be_signed_no_code_and_no_refresh_token_is_used_up(string clientId)
    {
        await using var server = await AuthServer.StartAsync(options => options with { Lifetimes = new Lifetimes { RefreshGrace = TimeSpan.Zero } });
        var flow = new Flow(server, clientId);
        var code = await flow.CodeAsync(await server.SignedInAsync());
        server.Signing.IsDown = true;
        Assert.All(await TwiceAsync(() => flow.RedeemAsync(code)), IsTemporary);
        server.Signing.IsDown = false;
        var tokens = await flow.RedeemAsync(code);
        Assert.Equal(HttpStatusCode.OK, tokens.Status);

        server.Signing.IsDown = true;
        Assert.All(await TwiceAsync(() => flow.RefreshAsync(tokens.RefreshToken)), IsTemporary);
        server.Signing.IsDown = false;
        Assert.Equal(HttpStatusCode.OK, (await flow.RefreshAsync(tokens.RefreshToken)).Status);
    }

    [Fact]
    public async Task A_code_whose_redemption_cannot_be_written_is_not_used_up_and_no_token_is_seen()
    {
        await using var server = await AuthServer.StartAsync();
        var flow = new Flow(server, "own");
        var code = await flow.CodeAsync(await server.SignedInAsync());
        server.Outage.Of = request => request.Method == RequestMethod.Put;
        IsTemporary(await flow.RedeemAsync(code));
        server.Outage.Of = null;
        Assert.Equal(HttpStatusCode.OK, (await flow.RedeemAsync(code)).Status);
    }

    [Fact, Rfc(6749, "4.1.2.1")]
    public async Task A_code_that_cannot_be_stored_is_told_to_the_client_and_not_on_a_page()
    {
        await using var server = await AuthServer.StartAsync();
        await server.SignedInAsync();
        server.Outage.Of = request => request.Method == RequestMethod.Post;
        var browser = await server.AuthorizeAsync("own");
        Assert.Equal(("temporarily_unavailable", null), (browser.Sent("error"), browser.Sent("code")));
        Assert.Equal(("the-state", AuthServer.Issuer), (browser.Sent("state"), browser.Sent("iss")));
    }

    [Theory, Rfc(6749, "4.1.2.1")]
    [InlineData("session")]
    [InlineData("users")]
    public async Task An_app_that_asks_in_silence_is_told_when_the_session_cannot_be_read(string what)
    {
        await using var server = await AuthServer.StartAsync();
        await server.SignedInAsync();
        server.Outage.Of = request => request.Uri.ToString().Contains(what, StringComparison.Ordinal);
        var browser = await server.AuthorizeAsync("own", ("prompt", "none"));
        Assert.Equal(("temporarily_unavailable", "the-state"), (browser.Sent("error"), browser.Sent("state")));
        Assert.Contains(server.Log.Lines, line => line.Contains("is held up: 503", StringComparison.Ordinal));
    }

    [Fact, Rfc(6749, "5.2")]
    public async Task Without_a_token_for_the_apps_identity_clients_are_told_to_come_back_and_the_log_has_a_line_each()
    {
        await using var server = await AuthServer.StartAsync();
        const string message = "ManagedIdentityCredential authentication failed: the endpoint is busy.\nStatus: 503\nHeaders: secret";
        (server.Signing.IsDown, server.Signing.Failure) = (true, new AuthenticationFailedException(message, new InvalidOperationException("secret")));
        IsTemporary(await server.PostAsync("/token", "web", ("grant_type", "client_credentials")));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await server.GetAsync("/health/ready")).Status);
        var lines = server.Log.Lines.Where(line => line.Contains("the endpoint is busy.", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, lines.Count);
        Assert.All(lines, line => Assert.DoesNotContain("secret", line, StringComparison.Ordinal));
    }

    [Fact, Rfc(6749, "4.1.2.1")]
    public async Task An_app_that_hints_in_silence_is_told_when_the_hint_cannot_be_verified()
    {
        await using var server = await AuthServer.StartAsync();
        var hint = (await new Flow(server, "own").TokensAsync(await server.SignedInAsync())).Text("id_token");
        (server.Signing.IsDown, server.Signing.ArePublishedKeysToo) = (true, true);
        var browser = await server.AuthorizeAsync("own", ("prompt", "none"), ("id_token_hint", hint));
        Assert.Equal(("temporarily_unavailable", "the-state"), (browser.Sent("error"), browser.Sent("state")));
    }

    [Fact]
    public async Task A_page_during_an_outage_says_when_to_come_back_and_is_one_line_in_the_log()
    {
        await using var server = await AuthServer.StartAsync();
        server.Outage.Of = _ => true;
        var before = server.Log.Lines.Count;
        var page = (await server.Browser().GoAsync(new Flow(server, "own").Url())).Page!;
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "5"), (page.Status, page.Header("Retry-After")));
        var line = Assert.Single(server.Log.Lines.Skip(before), line => line.Contains(" Postern ", StringComparison.Ordinal));
        Assert.StartsWith("Warning Postern /authorize is held up: 503 ServerBusy (reference ", line, StringComparison.Ordinal);
    }

    [Fact, Rfc(6585, "4")]
    public async Task Who_has_to_wait_before_the_next_try_to_sign_in_is_told_for_how_long()
    {
        await using var server = await AuthServer.StartAsync();
        var browser = await server.Browser().GoAsync(new Flow(server, "own").Url());
        for (var tries = 0; tries < 30 && browser.Page!.Status != HttpStatusCode.TooManyRequests; tries++)
            await browser.SignInAsync(password: "wrong");
        Assert.Equal((HttpStatusCode.TooManyRequests, "60"), (browser.Page!.Status, browser.Page.Header("Retry-After")));
    }

    [Fact]
    public async Task A_sweep_that_failed_tells_so_and_is_done_at_the_next_time()
    {
        await using var server = await AuthServer.StartAsync();
        server.Clock.Advance(TimeSpan.FromHours(2));
        server.Outage.Of = _ => true;
        await Assert.ThrowsAnyAsync<RequestFailedException>(() => server.RunTimerAsync("sweep"));
        server.Outage.Of = null;
        server.RoundTrips.Reset();
        await server.RunTimerAsync("sweep");
        Assert.NotEqual(0, server.RoundTrips.Reads);
    }

    private static void IsTemporary(Answer answer)
    {
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "temporarily_unavailable"), (answer.Status, answer.Error));
        Assert.NotNull(answer.Header("Retry-After"));
        Assert.DoesNotContain("token\"", answer.Body, StringComparison.Ordinal);
    }

    private static async Task<Answer[]> TwiceAsync(Func<Task<Answer>> act) => [await act(), await act()];
}

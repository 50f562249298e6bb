using System.Net;
using Postern.Protocol;
using Postern.Storage;

namespace Postern.Tests;

/// <summary>What ends with a session, and what lives on.</summary>
public class SessionEndTests
{
    private const string Online = "openid profile api:read";
    private const string Offline = "openid profile api:read offline_access";

    public static TheoryData<string, bool?, bool> Grants =>
        new()
        {
            { Online, null, true },
            { Offline, null, false },
            { Online, true, true },
            { Offline, true, true },
            { Online, false, false },
            { Offline, false, false },
        };

    [Theory, Spec("OIDC Core", "11")]
    [MemberData(nameof(Grants))]
    public async Task Signing_out_ends_the_grants_that_the_client_is_registered_for(string scope, bool? endsGrants, bool ends)
    {
        await using var server = await AuthServer.StartAsync();
        await server.ChangeClientAsync("own", client => client with { Logout = new ClientLogout { EndsGrants = endsGrants } });
        var (browser, tokens, _) = await server.BeginAsync("own", scope);
        var flow = new Flow(server, "own", scope: scope);
        var code = await flow.CodeAsync(browser.Copy());
        await browser.SignOutAsync();
        var expected = ends ? HttpStatusCode.BadRequest : HttpStatusCode.OK;
        Assert.Equal(!ends, (await server.PostAsync("/introspect", "own", ("token", tokens.AccessToken))).Json.GetProperty("active").GetBoolean());
        Assert.Equal(!ends, (await server.PostAsync("/introspect", "own", ("token", tokens.RefreshToken))).Json.GetProperty("active").GetBoolean());
        Assert.Equal(ends ? HttpStatusCode.Unauthorized : HttpStatusCode.OK, (await server.GetAsync("/userinfo", tokens.AccessToken)).Status);
        Assert.Equal(expected, (await flow.RefreshAsync(tokens.RefreshToken)).Status);
        Assert.Equal(expected, (await flow.RedeemAsync(code)).Status);
    }

    [Fact, Spec("OIDC Core", "11")]
    public async Task A_session_that_expires_ends_no_grant_and_what_was_signed_out_stays_so_after_it()
    {
        await using var server = await AuthServer.StartAsync();
        var (_, kept, _) = await server.BeginAsync("own", Online);
        var (browser, ended, _) = await server.BeginAsync("own", Online);
        await browser.SignOutAsync();
        for (var day = 0; day < 28; day += 7)
        {
            server.Clock.Advance(TimeSpan.FromDays(7));
            await server.RunTimerAsync("sweep");
            Assert.Equal("invalid_grant", (await new Flow(server, "own").RefreshAsync(ended.RefreshToken)).Error);
            Assert.Equal(HttpStatusCode.OK, (await new Flow(server, "own").RefreshAsync(kept.RefreshToken)).Status);
        }
    }

    [Theory]
    [InlineData(AuthServer.Login, false)]
    [InlineData("bob@example.com", true)]
    public async Task Another_persons_sign_in_signs_out_who_was_there_and_the_same_persons_does_not(string login, bool ends)
    {
        await using var server = await AuthServer.StartAsync();
        var bob = TestUsers.Someone("bob@example.com", "bob-subject", server.Clock.Now) with { PasswordHash = TestUsers.HashOf(AuthServer.Password) };
        Assert.True(await server.Users.TryAddAsync(bob, default));
        var (browser, tokens, _) = await server.BeginAsync("own", Online);
        await browser.GoAsync(new Flow(server, "own").Url(("prompt", "login")));
        await browser.SignInAsync(login);
        Assert.NotNull(browser.Sent("code"));
        Assert.Equal(ends ? "invalid_grant" : null, (await new Flow(server, "own").RefreshAsync(tokens.RefreshToken)).Error);
        Assert.Equal(ends ? HttpStatusCode.Unauthorized : HttpStatusCode.OK, (await server.GetAsync("/userinfo", tokens.AccessToken)).Status);
    }

    [Fact]
    public async Task Where_the_end_cannot_be_written_nobody_is_told_that_they_are_signed_out()
    {
        await using var server = await AuthServer.StartAsync();
        var (browser, tokens, _) = await server.BeginAsync("own", Online);
        await browser.GoAsync("/signout");
        server.Outage.Of = request => request.Method == Azure.Core.RequestMethod.Post;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await browser.SubmitAsync()).Page!.Status);
        server.Outage.Of = null;
        Assert.True(await server.IsSignedInAsync(browser));
        await browser.SignOutAsync();
        Assert.Equal("invalid_grant", (await new Flow(server, "own").RefreshAsync(tokens.RefreshToken)).Error);
    }

    [Fact]
    public async Task A_session_of_before_there_were_roots_is_its_own()
    {
        await using var server = await AuthServer.StartAsync();
        var (browser, _, _) = await server.BeginAsync("own", Online);
        var handle = Handle.TryParse(HandleKind.Session, browser.Cookie("session"))!;
        var rows = new ExpiringRows(server.Tables, "session");
        var row = (await rows.FindAsync(handle.Row, default))!;
        Assert.True(await rows.TryReplaceAsync(handle.Row.Day, row.Set("Root", null), row.ETag, default));
        Assert.True(await server.IsSignedInAsync(browser));
        var tokens = await new Flow(server, "own", scope: Online).TokensAsync(browser);
        await browser.SignOutAsync();
        Assert.Equal("invalid_grant", (await new Flow(server, "own").RefreshAsync(tokens.RefreshToken)).Error);
    }
}

using System.Net;
using Postern.Protocol;

namespace Postern.Tests;

/// <summary>The page on which people connect a device.</summary>
public class DeviceTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly AuthServer server = shared.Server;

    [Theory, Rfc(8628, "3.3.1")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whoever_comes_by_the_link_signs_in_and_finds_the_code_to_compare(bool isSignedIn)
    {
        var device = await Device.StartAsync(server);
        var browser = isSignedIn ? await server.SignedInAsync() : server.Browser();
        await browser.GoAsync(new Uri(device.Started.Text("verification_uri_complete")!).PathAndQuery);
        if (!isSignedIn)
        {
            Assert.Contains("your account", browser.Page!.Body, StringComparison.Ordinal);
            await browser.SignInAsync(password: "a wrong one");
            await browser.SignInAsync();
        }
        Assert.Equal(device.UserCode, browser.Field("user_code"));
        Assert.Contains("Is this the code", browser.Page!.Body, StringComparison.Ordinal);
        await browser.SubmitAsync(("user_code", browser.Field("user_code")!));
        Assert.True(browser.Shows("device-consent-form"));
        await browser.ConsentAsync();
        Assert.Equal(HttpStatusCode.OK, (await device.PollAsync()).Status);
    }

    [Fact, Rfc(8628, "5.4")]
    public async Task People_see_which_app_asks_for_what_when_and_from_where()
    {
        await using var own = await AuthServer.StartAsync(options => options with { ClientAddressHeader = "X-Address" });
        using var request = new HttpRequestMessage(HttpMethod.Post, "/device_authorization");
        request.Headers.Add("X-Address", "203.0.113.7");
        request.Content = AuthServer.Form(("client_id", "tv"), ("scope", "openid email api:read"));
        var started = await own.SendAsync(request);
        own.Clock.Advance(TimeSpan.FromMinutes(3));
        var page = (await new Device(own).TypeAsync(code: started.Text("user_code"))).Page!.Body;
        string[] shown =
        [
            "The tv client", "Alice Example", started.Text("user_code")!, "3 minutes ago", "203.0.113.7", "See your email address", "<code>api:read</code>",
            "Keep this access while you are away",
        ];
        Assert.All(shown, text => Assert.Contains(text, page, StringComparison.Ordinal));
        Assert.DoesNotContain("See your phone number", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_operator_calls_a_scope_is_what_people_read()
    {
        await using var own = await AuthServer.StartAsync();
        await own.AddResourceAsync(new Resource
        {
            Identifier = AuthServer.Issuer,
            Name = "Orders",
            Scopes = new Dictionary<string, string> { ["api:read"] = "Read your orders" },
            CreatedAt = own.Clock.Now,
        });
        Assert.Contains("Read your orders", (await (await Device.StartAsync(own)).TypeAsync()).Page!.Body, StringComparison.Ordinal);
        await Backchannel.AskAsync(own);
        Assert.Contains("Read your orders", (await (await own.SignedInAsync()).GoAsync("/approvals")).Page!.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_is_shown_only_where_a_header_is_trusted()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/device_authorization");
        request.Headers.Add("X-Forwarded-For", "203.0.113.7");
        request.Content = AuthServer.Form(("client_id", "tv"));
        var page = await new Device(server).TypeAsync(code: (await server.SendAsync(request)).Text("user_code"));
        Assert.True(page.Shows("device-consent-form"));
        Assert.DoesNotContain("started-from", page.Page!.Body, StringComparison.Ordinal);
    }

    [Theory, Rfc(8628, "6.1")]
    [InlineData("lower")]
    [InlineData("blanks")]
    [InlineData("none")]
    public async Task A_code_is_found_however_it_is_typed(string how)
    {
        var device = await Device.StartAsync(server);
        var typed = how switch
        {
            "lower" => device.UserCode.ToLowerInvariant(),
            "blanks" => $" {device.UserCode.Replace('-', ' ')} ",
            _ => device.UserCode.Replace("-", "", StringComparison.Ordinal),
        };
        Assert.True((await device.TypeAsync(code: typed)).Shows("device-consent-form"));
    }

    [Theory]
    [InlineData("BCDF-GHJK")]
    [InlineData("nonsense")]
    [InlineData("<script>")]
    [InlineData("")]
    public async Task A_wrong_code_is_asked_for_again(string code)
    {
        var browser = await (await server.SignedInAsync()).GoAsync("/device");
        await browser.SubmitAsync(("user_code", code));
        Assert.Equal((HttpStatusCode.BadRequest, true), (browser.Page!.Status, browser.Shows("device-error")));
        Assert.True(browser.Shows("device-form"));
    }

    [Theory, Rfc(8628, "3.3")]
    [InlineData("allow")]
    [InlineData("deny")]
    public async Task A_code_is_answered_once(string first)
    {
        var device = await Device.StartAsync(server);
        var (one, other) = (await device.TypeAsync(), await device.TypeAsync());
        await one.ConsentAsync(first);
        Assert.False(one.Shows("device-form"));
        Assert.True((await other.ConsentAsync(first == "allow" ? "deny" : "allow")).Shows("device-error"));
        Assert.True((await device.TypeAsync()).Shows("device-error"));
        Assert.Equal(first == "allow" ? null : "access_denied", (await device.PollAsync()).Error);
    }

    [Fact]
    public async Task A_code_that_has_expired_meanwhile_cannot_be_allowed()
    {
        await using var own = await AuthServer.StartAsync();
        var device = await Device.StartAsync(own);
        var browser = await device.TypeAsync();
        own.Clock.Advance(TimeSpan.FromMinutes(15));
        Assert.True((await browser.ConsentAsync()).Shows("device-error"));
    }

    [Theory, Rfc(9700, "4.7")]
    [InlineData("")]
    [InlineData("AAAA")]
    public async Task A_forged_form_looks_nothing_up_and_decides_nothing(string antiforgery)
    {
        var device = await Device.StartAsync(server);
        var browser = await device.TypeAsync();
        Assert.True((await browser.SubmitAsync(("decision", "allow"), ("antiforgery", antiforgery))).Shows("device-form"));
        Assert.False((await browser.SubmitAsync(("user_code", device.UserCode), ("antiforgery", antiforgery))).Shows("device-consent-form"));
        Assert.Equal("authorization_pending", (await device.PollAsync()).Error);
    }

    [Fact, Rfc(9700, "4.7")]
    public async Task The_form_for_one_code_does_not_answer_another_nor_allow_more_than_it_showed()
    {
        var (device, other) = (await Device.StartAsync(server), await Device.StartAsync(server));
        var browser = await device.TypeAsync();
        Assert.True((await browser.Copy().PostAsync("/device", [.. Form(browser), ("user_code", other.UserCode)])).Shows("device-form"));
        Assert.True((await browser.SubmitAsync(("decision", "allow"), ("shown", "openid"))).Shows("device-form"));
        Assert.Equal("authorization_pending", (await other.PollAsync()).Error);
    }

    [Fact]
    public async Task What_a_form_did_not_show_is_asked_for_again()
    {
        await using var own = await AuthServer.StartAsync(options => options with { ClientCache = TimeSpan.Zero });
        await own.ChangeClientAsync("tv", client => client with { GrantTypes = [GrantTypes.DeviceCode] });
        var device = await Device.StartAsync(own);
        var browser = await device.TypeAsync();
        await own.ChangeClientAsync("tv", client => client with { GrantTypes = [GrantTypes.DeviceCode, GrantTypes.RefreshToken] });
        Assert.True((await browser.ConsentAsync()).Shows("device-consent-form"));
        await browser.ConsentAsync();
        Assert.Equal(HttpStatusCode.OK, (await device.PollAsync()).Status);
    }

    [Fact, Rfc(8628, "5.1")]
    public async Task Wrong_codes_make_the_guesser_wait_and_nobody_else()
    {
        await using var own = await AuthServer.StartAsync();
        await own.Users.TryAddAsync(TestUsers.Someone("bob", "bob-subject", own.Clock.Now) with { PasswordHash = TestUsers.HashOf("b") }, default);
        var device = await Device.StartAsync(own);
        var bob = await (await own.Browser().GoAsync("/device")).SignInAsync("bob", "b");
        for (var i = 0; i < 5; i++)
            Assert.Equal(HttpStatusCode.BadRequest, (await bob.SubmitAsync(("user_code", "BCDF-GHJK"))).Page!.Status);
        // A code of his own in between does not start his count anew.
        var bobs = await Device.StartAsync(own);
        own.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.True((await bobs.TypeAsync(bob)).Shows("device-consent-form"));
        for (var i = 0; i < 2; i++)
            await (await bob.GoAsync("/device")).SubmitAsync(("user_code", "BCDF-GHJK"));
        var refused = (await (await bob.GoAsync("/device")).SubmitAsync(("user_code", device.UserCode))).Page!;
        Assert.Equal((HttpStatusCode.TooManyRequests, "60"), (refused.Status, refused.Header("Retry-After")));
        Assert.True((await device.TypeAsync()).Shows("device-consent-form"));
        own.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True((await device.TypeAsync(bob)).Shows("device-consent-form"));
    }

    [Fact, Rfc(8628, "5.1")]
    public async Task Many_accounts_at_one_address_wait_together()
    {
        await using var own = await AuthServer.StartAsync(options => options with { ClientAddressHeader = "X-Address" });
        var browser = await (await own.SignedInAsync()).GoAsync("/device");
        for (var wrong = 0; wrong <= 56; wrong++)
        {
            // For an account that is long enough, for an address after fifty-six no more.
            own.Clock.Advance(TimeSpan.FromSeconds(61));
            using var form = new HttpRequestMessage(HttpMethod.Post, "/device");
            form.Headers.Add("X-Address", "203.0.113.7");
            form.Headers.Add("Cookie", browser.CookieHeader);
            form.Content = AuthServer.Form(("antiforgery", browser.Field("antiforgery")!), ("user_code", "BCDF-GHJK"));
            Assert.Equal(wrong < 56 ? HttpStatusCode.BadRequest : HttpStatusCode.TooManyRequests, (await own.SendAsync(form)).Status);
        }
    }

    [Fact]
    public async Task What_a_person_allows_a_device_is_on_record_as_for_any_app()
    {
        await using var own = await AuthServer.StartAsync();
        await (await Device.StartAsync(own)).AnswerAsync("deny");
        Assert.Null((await own.Users.FindAccountAsync(AuthServer.Subject, "tv", default))!.Consent);
        await (await Device.StartAsync(own)).AnswerAsync();
        var consent = (await own.Users.FindAccountAsync(AuthServer.Subject, "tv", default))!.Consent!;
        Assert.Equal("api:read offline_access openid profile", consent.Scope.ToString());
        // And it is asked each time: who else could have typed the code?
        Assert.True((await (await Device.StartAsync(own)).TypeAsync()).Shows("device-consent-form"));
    }

    [Fact]
    public async Task Whoever_signs_out_in_that_browser_leaves_the_device_connected()
    {
        await using var own = await AuthServer.StartAsync();
        var (device, later) = (await Device.StartAsync(own), await Device.StartAsync(own));
        var browser = await (await device.TypeAsync()).ConsentAsync();
        await (await later.TypeAsync(browser)).ConsentAsync();
        var tokens = await device.PollAsync();
        Assert.False(Jwt.Claims(tokens.Text("id_token")!).TryGetProperty("sid", out _));
        await (await browser.GoAsync("/signout")).SubmitAsync();
        Assert.True((await browser.GoAsync("/device")).Shows("signin-form"));
        Assert.Equal(HttpStatusCode.OK, (await own.GetAsync("/userinfo", tokens.AccessToken)).Status);
        Assert.Equal(HttpStatusCode.OK, (await own.PostAsync("/token", "tv", ("grant_type", "refresh_token"), ("refresh_token", tokens.RefreshToken))).Status);
        Assert.Equal(HttpStatusCode.OK, (await later.PollAsync()).Status);
    }

    [Fact]
    public async Task Without_a_session_any_more_the_person_signs_in_and_comes_back_to_the_code()
    {
        var device = await Device.StartAsync(server);
        var browser = await device.TypeAsync();
        browser.Cookies.Remove(browser.Cookies.Keys.Single(name => name.EndsWith("-session", StringComparison.Ordinal)));
        await browser.ConsentAsync();
        Assert.Equal(device.UserCode, (await browser.SignInAsync()).Field("user_code"));
        Assert.Equal("authorization_pending", (await device.PollAsync()).Error);
    }

    [Fact]
    public async Task The_address_of_the_sign_in_form_leads_back_to_the_device_page()
    {
        var browser = await server.Browser().GoAsync("/device?user_code=bcdfghjk");
        Assert.True((await browser.GoAsync("/signin")).Shows("signin-form"));
        Assert.Equal("BCDF-GHJK", (await browser.SignInAsync()).Field("user_code"));
        Assert.True((await browser.GoAsync("/device?user_code=%FF&user_code=1")).Shows("device-form"));
    }

    private static (string, string)[] Form(Browser browser) =>
        [("antiforgery", browser.Field("antiforgery")!), ("shown", browser.Field("shown")!), ("decision", "allow")];
}

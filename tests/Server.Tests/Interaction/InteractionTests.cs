using System.Net;

namespace Postern.Tests;

/// <summary>Requests that browsers repeat, tabs that are open side by side, and sites that share a browser: none is a dead end.</summary>
public class InteractionTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly AuthServer server = shared.Server;

    [Fact]
    public async Task Three_tabs_of_a_browser_without_a_cookie_all_end_signed_in()
    {
        // All at once: none has the cookies of another's answer yet.
        var tabs = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => SignInTests.AskAsync(server, "own")));
        var jar = tabs.SelectMany(tab => tab.Cookies).ToDictionary();
        foreach (var tab in tabs)
        {
            foreach (var (name, value) in jar)
                tab.Cookies[name] = value;
            await tab.SignInAsync();
            jar = jar.Concat(tab.Cookies).GroupBy(cookie => cookie.Key).ToDictionary(same => same.Key, same => same.Last().Value);
            Assert.NotNull(tab.Sent("code"));
        }
    }

    [Theory]
    [InlineData("web", null)]
    [InlineData("web", "login")]
    [InlineData("own", "login")]
    public async Task Two_clicks_on_sign_in_end_where_one_does(string client, string? prompt)
    {
        var first = await server.Browser().GoAsync(new Flow(server, client).Url(("prompt", prompt)));
        (string, string)[] form = [.. first.Proof, ("login", AuthServer.Login), ("password", AuthServer.Password)];
        var second = first.Copy();
        await first.PostAsync("/signin", form);
        await second.PostAsync("/signin", form);
        Assert.True(client == "own" ? second.Sent("code") is not null : second.Shows("consent-form"));
    }

    [Theory]
    [InlineData("spa", false)]
    [InlineData("app", true)]
    public async Task Two_clicks_on_allow_give_a_code_where_consent_is_remembered_and_ask_again_elsewhere(string client, bool isAskedAgain)
    {
        await using var own = await AuthServer.StartAsync();
        var first = await own.AuthorizeAsync(client);
        (string, string)[] form = [.. first.Proof, ("decision", "allow")];
        var second = first.Copy();
        Assert.NotNull((await first.PostAsync("/consent", form)).Sent("code"));
        await second.PostAsync("/consent", form);
        Assert.Equal(isAskedAgain, second.Shows("consent-form"));
        Assert.NotNull((isAskedAgain ? await second.ConsentAsync() : second).Sent("code"));
    }

    [Fact, Rfc(9700, "4.7")]
    public async Task A_cookie_that_was_made_up_for_the_interaction_of_another_browser_opens_nothing()
    {
        var victim = await SignInTests.AskAsync(server, "own");
        var id = victim.Field("interaction")!;
        var name = victim.Cookies.Keys.Single(cookie => cookie.EndsWith(id, StringComparison.Ordinal));
        var thief = await server.SignedInAsync();
        thief.Cookies[name] = new string('A', 43);
        await thief.GoAsync("/authorize?interaction=" + id);
        Assert.Equal((HttpStatusCode.BadRequest, null), (thief.Page?.Status, thief.Sent("code")));
        Assert.NotNull((await victim.SignInAsync()).Sent("code"));
    }

    [Fact]
    public async Task A_browser_that_repeats_the_last_redirect_gets_a_code_of_its_own()
    {
        var browser = await SignInTests.AskAsync(server, "own");
        var interaction = "/authorize?interaction=" + browser.Field("interaction");
        var first = (await browser.SignInAsync()).Sent("code");
        var second = (await browser.GoAsync(interaction)).Sent("code");
        Assert.True(first is not null && second is not null && first != second);
    }

    [Fact]
    public async Task A_form_that_was_open_for_61_minutes_still_signs_in()
    {
        await using var own = await AuthServer.StartAsync();
        var browser = await SignInTests.AskAsync(own, "own");
        own.Clock.Advance(TimeSpan.FromMinutes(61));
        Assert.NotNull((await browser.SignInAsync()).Sent("code"));
    }

    [Fact]
    public async Task Going_back_to_the_form_after_signing_in_signs_in_again()
    {
        var browser = await SignInTests.AskAsync(server, "own");
        (string, string)[] form = [.. browser.Proof, ("login", AuthServer.Login), ("password", AuthServer.Password)];
        Assert.NotNull((await browser.PostAsync("/signin", form)).Sent("code"));
        Assert.NotNull((await browser.PostAsync("/signin", form)).Sent("code"));
    }

    [Fact, Rfc(6819, "4.4.1.8")]
    public async Task Of_many_answers_of_one_interaction_at_once_one_has_its_decision()
    {
        for (var round = 0; round < 8; round++)
        {
            var browser = await server.AuthorizeAsync("own", ("prompt", "consent"));
            using var answer = new HttpRequestMessage(HttpMethod.Post, "/consent") { Content = AuthServer.Form([.. browser.Proof, ("decision", "allow")]) };
            answer.Headers.Add("Cookie", browser.CookieHeader);
            var next = (await server.SendAsync(answer)).Header("Location")!;
            var ends = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => browser.Copy().GoAsync(next)));
            Assert.Single(ends, end => end.Sent("code") is not null);
            Assert.Equal(15, ends.Count(end => end.Shows("consent-form")));
        }
    }

    [Fact]
    public async Task Two_issuers_on_one_host_leave_each_others_cookies_alone()
    {
        await using var one = await AuthServer.StartAsync(options => options with { Issuer = "http://localhost:7071" });
        await using var two = await AuthServer.StartAsync(options => options with { Issuer = "http://localhost:7072" });
        var (first, second) = (await one.SignedInAsync(), await two.SignedInAsync());
        Assert.Empty(first.Cookies.Keys.Intersect(second.Cookies.Keys));
        foreach (var (name, value) in second.Cookies)
            first.Cookies[name] = value;
        Assert.NotNull((await first.GoAsync(new Flow(one, "own").Url(("prompt", "none")))).Sent("code"));
    }

    [Theory]
    [InlineData("cross-site", HttpStatusCode.SeeOther, 0)]
    [InlineData("same-site", HttpStatusCode.SeeOther, 0)]
    [InlineData("same-origin", HttpStatusCode.OK, 1)]
    [InlineData("", HttpStatusCode.OK, 1)]
    public async Task Another_site_that_posts_as_our_own_page_does_sets_no_cookie_and_keeps_nothing(string site, HttpStatusCode status, int cookies)
    {
        await using var own = await AuthServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/authorize?again") { Content = AuthServer.Form(new Flow(own, "web").Parameters()) };
        request.Headers.Add("Sec-Fetch-Site", site);
        var answer = await own.SendAsync(request);
        Assert.Equal((status, cookies), (answer.Status, answer.Headers.GetValueOrDefault("Set-Cookie", []).Length));
        Assert.Equal(cookies > 0, own.RoundTrips.Writes > 0);
    }

    [Fact]
    public async Task A_browser_keeps_the_secrets_of_its_latest_eight_tabs()
    {
        var browser = server.Browser();
        for (var tab = 0; tab < 12; tab++)
            await browser.GoAsync(new Flow(server, "own").Url());
        Assert.Equal(8, browser.Cookies.Count);
        Assert.NotNull((await browser.SignInAsync()).Sent("code"));
    }
}

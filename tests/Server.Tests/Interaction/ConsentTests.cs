using System.Net;
using Postern.Protocol;

namespace Postern.Tests;

public class ConsentTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly AuthServer server = shared.Server;

    [Fact, Rfc(6749, "4.1.2.1")]
    public async Task Denying_tells_the_client_and_remembers_nothing()
    {
        var browser = await server.AuthorizeAsync("post");
        await browser.ConsentAsync("deny");
        Assert.Equal(("access_denied", "the-state", null), (browser.Sent("error"), browser.Sent("state"), browser.Sent("code")));
        Assert.True((await server.AuthorizeAsync("post")).Shows("consent-form"));
    }

    [Fact]
    public async Task Consent_is_remembered_for_the_client_and_the_scope()
    {
        await (await server.AuthorizeAsync("web", ("scope", "openid email"))).ConsentAsync();
        Assert.NotNull((await server.AuthorizeAsync("web", ("scope", "openid"), ("prompt", "none"))).Sent("code"));
        Assert.Equal("consent_required", (await server.AuthorizeAsync("web", ("scope", "openid phone"), ("prompt", "none"))).Sent("error"));
        Assert.Equal("consent_required", (await server.AuthorizeAsync("other", ("scope", "openid"), ("prompt", "none"))).Sent("error"));
        const string newClaim = """{"userinfo":{"address":null}}""";
        var asking = await server.AuthorizeAsync("web", ("scope", "openid"), ("claims", newClaim), ("prompt", "none"));
        Assert.Equal("consent_required", asking.Sent("error"));
        await (await server.AuthorizeAsync("web", ("scope", "openid phone"))).ConsentAsync();
        Assert.NotNull((await server.AuthorizeAsync("web", ("scope", "openid email phone"), ("prompt", "none"))).Sent("code"));
    }

    [Fact]
    public async Task What_is_taken_back_is_asked_for_again_and_for_all_of_it()
    {
        await using var own = await AuthServer.StartAsync();
        await (await own.AuthorizeAsync("web")).ConsentAsync();
        await own.TakeBackConsentAsync("web");
        own.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.True((await own.AuthorizeAsync("web")).Shows("consent-form"));
        await (await own.AuthorizeAsync("web", ("scope", "openid"))).ConsentAsync();
        Assert.Equal("consent_required", (await own.AuthorizeAsync("web", ("prompt", "none"))).Sent("error"));
    }

    [Fact, Rfc(8252, "8.6")]
    public async Task A_public_client_on_this_device_is_asked_for_every_time_and_on_the_web_is_not()
    {
        await (await server.AuthorizeAsync("app")).ConsentAsync();
        var app = await server.AuthorizeAsync("app");
        Assert.True(app.Shows("consent-form"));
        Assert.Contains("class=\"notice\"", app.Page!.Body, StringComparison.Ordinal);
        await (await server.AuthorizeAsync("spa")).ConsentAsync();
        Assert.NotNull((await server.AuthorizeAsync("spa", ("prompt", "none"))).Sent("code"));
    }

    [Fact]
    public async Task What_a_client_may_ask_for_since_the_answer_is_not_in_it()
    {
        await using var own = await AuthServer.StartAsync(options => options with { ClientCache = TimeSpan.Zero });
        await own.ChangeClientAsync("web", client => client with { Scope = Scope.TryParse("openid")! });
        var browser = await own.AuthorizeAsync("web", ("prompt", "consent"));
        // The answer, and not yet the way back to the authorization endpoint.
        using var answer = new HttpRequestMessage(HttpMethod.Post, "/consent") { Content = AuthServer.Form([.. browser.Proof, ("decision", "allow")]) };
        answer.Headers.Add("Cookie", browser.CookieHeader);
        var answered = await own.Http.SendAsync(answer);
        await own.ChangeClientAsync("web", client => client with { Scope = Scope.TryParse("openid email phone")! });
        await browser.GoAsync(answered.Headers.Location!.OriginalString);
        Assert.True(browser.Shows("consent-form"));
    }

    [Fact]
    public async Task What_was_not_shown_is_not_allowed()
    {
        await using var own = await AuthServer.StartAsync();
        await own.ChangeClientAsync("web", client => client with { Scope = Scope.TryParse("openid")! });
        var browser = await own.AuthorizeAsync("web");
        await own.ChangeClientAsync("web", client => client with { Scope = Scope.TryParse("openid email")! });
        own.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.True((await browser.ConsentAsync()).Shows("consent-form"));
        Assert.Equal("consent_required", (await own.AuthorizeAsync("web", ("prompt", "none"))).Sent("error"));
    }

    [Fact, Rfc(6819, "4.4.1.8")]
    public async Task Going_back_cannot_replay_a_consent()
    {
        var browser = await server.AuthorizeAsync("own", ("prompt", "consent"));
        (string, string)[] form = [.. browser.Proof, ("decision", "allow")];
        Assert.NotNull((await browser.PostAsync("/consent", form)).Sent("code"));
        Assert.True((await browser.PostAsync("/consent", form)).Shows("consent-form"));
        Assert.True((await browser.GoAsync("/authorize?interaction=" + form[0].Item2)).Shows("consent-form"));
    }

    [Fact]
    public async Task A_denied_request_cannot_be_allowed_after_all()
    {
        var browser = await server.AuthorizeAsync("own", ("prompt", "consent"));
        var form = browser.Proof;
        Assert.Equal("access_denied", (await browser.PostAsync("/consent", [.. form, ("decision", "deny")])).Sent("error"));
        Assert.True((await browser.PostAsync("/consent", [.. form, ("decision", "allow")])).Shows("consent-form"));
    }

    [Theory, Rfc(6819, "4.4.1.8")]
    [InlineData("deny", "allow", "access_denied", "consent_required")]
    [InlineData("allow", "deny", null, null)]
    public async Task Of_two_answers_the_first_counts_now_and_later(string first, string second, string? now, string? later)
    {
        await using var own = await AuthServer.StartAsync();
        var browser = await own.AuthorizeAsync("web");
        var form = browser.Proof;
        foreach (var decision in new[] { first, second })
        {
            using var answer = new HttpRequestMessage(HttpMethod.Post, "/consent") { Content = AuthServer.Form([.. form, ("decision", decision)]) };
            answer.Headers.Add("Cookie", browser.CookieHeader);
            Assert.Equal(HttpStatusCode.SeeOther, (await own.SendAsync(answer)).Status);
        }
        Assert.Equal(now, (await browser.GoAsync("/authorize?interaction=" + form[0].Item2)).Sent("error"));
        Assert.Equal(later, (await own.AuthorizeAsync("web", ("prompt", "none"))).Sent("error"));
    }

    [Fact]
    public async Task All_that_a_client_can_be_registered_for_can_be_allowed()
    {
        await using var own = await AuthServer.StartAsync();
        var values = Enumerable.Range(1, Scope.MaxCount).Select(n => $"api:{n}").ToList();
        var most = string.Join(' ', values);
        await own.ChangeClientAsync("web", client => client with { Scope = Scope.TryParse(most)! });
        foreach (var half in values.Chunk(Scope.MaxCount / 2))
            await (await own.AuthorizeAsync("web", ("scope", string.Join(' ', half)))).ConsentAsync();
        Assert.NotNull((await own.AuthorizeAsync("web", ("scope", most), ("prompt", "none"))).Sent("code"));
    }

    [Fact, Rfc(9700, "4.7")]
    public async Task Consent_counts_for_the_session_that_was_asked()
    {
        await using var own = await AuthServer.StartAsync();
        var first = await own.AuthorizeAsync("own", ("prompt", "consent"));
        (string, string)[] form = [.. first.Proof, ("decision", "allow")];
        await first.GoAsync(new Flow(own, "own").Url(("prompt", "login")));
        await first.SignInAsync();
        Assert.True((await first.PostAsync("/consent", form)).Shows("consent-form"));
        Assert.NotNull((await first.ConsentAsync()).Sent("code"));
    }

    [Theory, Rfc(9700, "4.7")]
    [InlineData("")]
    [InlineData("AAAA")]
    public async Task A_forged_form_allows_and_denies_nothing(string antiforgery)
    {
        var browser = await server.AuthorizeAsync("own", ("prompt", "consent"));
        foreach (var decision in new[] { "allow", "deny" })
            Assert.True((await browser.SubmitAsync(("decision", decision), ("antiforgery", antiforgery))).Shows("consent-form"));
        Assert.NotNull((await browser.ConsentAsync()).Sent("code"));
    }

    [Fact, Rfc(9700, "4.7")]
    public async Task A_form_of_no_interaction_is_refused()
    {
        var browser = await server.AuthorizeAsync("own", ("prompt", "consent"));
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.SubmitAsync(("decision", "allow"), ("interaction", "AAAA"))).Page!.Status);
    }

    [Fact]
    public async Task An_unknown_decision_is_no_consent()
    {
        var browser = await server.AuthorizeAsync("own", ("prompt", "consent"));
        Assert.Equal("access_denied", (await browser.ConsentAsync("perhaps")).Sent("error"));
    }

    [Fact]
    public async Task A_hostile_client_name_is_only_text()
    {
        string[] pages = [(await server.AuthorizeAsync("hostile")).Page!.Body, (await SignInTests.AskAsync(server, "hostile")).Page!.Body];
        foreach (var page in pages)
        {
            Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("&lt;script&gt;", page, StringComparison.Ordinal);
        }
    }
}

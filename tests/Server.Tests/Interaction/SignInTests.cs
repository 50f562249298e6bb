using System.Net;
using System.Text.RegularExpressions;
using Postern.Protocol;
using Postern.Storage;

namespace Postern.Tests;

public class SignInTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly AuthServer server = shared.Server;

    [Fact, Rfc(6819, "5.1.4.2.5")]
    public async Task An_unknown_person_and_a_wrong_password_look_the_same()
    {
        await using var own = await AuthServer.StartAsync();
        var (unknown, wrong) = (await AskAsync(own), await AskAsync(own));
        await unknown.SignInAsync("nobody@example.com", "wrong");
        await wrong.SignInAsync(AuthServer.Login, "wrong");
        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (unknown.Page!.Status, wrong.Page!.Status));
        Assert.Equal(Neutral(wrong.Page.Body), Neutral(unknown.Page.Body).Replace("nobody@", "alice@", StringComparison.Ordinal));
        Assert.Equal(wrong.Page.Headers.Keys.Order(), unknown.Page.Headers.Keys.Order());
    }

    [Theory]
    [InlineData("nobody@example.com")]
    [InlineData("n\u00f6body")]
    [InlineData("")]
    public async Task A_failure_costs_the_same_round_trips_whether_or_not_there_is_such_a_person(string login)
    {
        await using var own = await AuthServer.StartAsync();
        var (unknown, wrong) = (await AskAsync(own), await AskAsync(own));
        own.RoundTrips.Reset();
        await wrong.SignInAsync(AuthServer.Login, "wrong");
        var cost = (own.RoundTrips.Reads, own.RoundTrips.Writes);
        own.RoundTrips.Reset();
        await unknown.SignInAsync(login, "wrong");
        Assert.Equal(cost, (own.RoundTrips.Reads, own.RoundTrips.Writes));
    }

    [Fact]
    public async Task A_disabled_person_and_one_without_password_look_like_a_wrong_password()
    {
        await using var own = await AuthServer.StartAsync();
        await own.ChangeAliceAsync(alice => alice with { Disabled = true });
        var disabled = await (await AskAsync(own)).SignInAsync();
        await own.ChangeAliceAsync(alice => alice with { Disabled = false, PasswordHash = null });
        var without = await (await AskAsync(own)).SignInAsync();
        Assert.Equal(HttpStatusCode.BadRequest, disabled.Page!.Status);
        Assert.Equal(Neutral(disabled.Page.Body), Neutral(without.Page!.Body));
    }

    [Fact]
    public async Task A_login_name_may_be_typed_in_any_case_and_with_spaces_around() =>
        Assert.True((await (await AskAsync(server)).SignInAsync("  Alice@Example.COM ")).Shows("consent-form"));

    [Theory]
    [InlineData("alice@example.com\t")]
    [InlineData("\talice@example.com\r\n")]
    [InlineData("alice@example.com\u0085")]
    [InlineData("alice@example.com\u007f")]
    [InlineData("\ufeff\u00a0alice@example.com\u200b")]
    public async Task What_pasting_brings_along_around_a_login_name_does_not_count(string login) =>
        Assert.True((await (await AskAsync(server)).SignInAsync(login)).Shows("consent-form"));

    [Theory, Rfc(8265, "4.2")]
    [InlineData("tab\tdel\u007fnel\u0085 ", "tab\tdel\u007fnel\u0085 ", true)]
    [InlineData("tab\tdel\u007fnel\u0085 ", "tabdelnel", false)]
    [InlineData("tab\tdel\u007fnel\u0085 ", "tab\tdel\u007fnel\u0085", false)]
    [InlineData("Pr\u00e9paratifs \ud55c", "Pre\u0301paratifs \u1112\u1161\u11ab", true)]
    [InlineData("Pr\u00e9paratifs", "Preparatifs", false)]
    [InlineData("\0nul nul nul", "\0nul nul nul", true)]
    public async Task A_password_is_taken_as_typed_however_the_keyboard_spells_its_letters(string password, string typed, bool accepted)
    {
        await using var own = await AuthServer.StartAsync();
        await own.ChangeAliceAsync(alice => alice with { PasswordHash = TestUsers.HashOf(password) });
        var browser = await (await AskAsync(own)).SignInAsync(AuthServer.Login, typed);
        Assert.Equal((accepted, !accepted), (browser.Shows("consent-form"), browser.Shows("signin-form")));
    }

    [Theory]
    [InlineData("Max Mustermann", "Max Mustermann")]
    [InlineData(" Jos\u00e9\t", " Jos\u00e9")]
    [InlineData("a\tb", "ab")]
    [InlineData("<b>&\"", "<b>&\"")]
    public async Task A_name_that_is_no_login_name_is_told_so_and_stays_in_the_form(string typed, string shown)
    {
        var browser = await (await AskAsync(server)).SignInAsync(typed, "tab\there");
        Assert.Equal((HttpStatusCode.BadRequest, shown), (browser.Page!.Status, browser.Field("login")));
        var hasNoSpace = typed.StartsWith('<');
        Assert.Equal(!hasNoSpace, browser.Page.Body.Contains("A login name has only", StringComparison.Ordinal));
        Assert.DoesNotContain("expired", browser.Page.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("login=alice%40example.com&password=%E9")]
    [InlineData("login=%E9&password=x")]
    [InlineData("login=alice%40example.com&password=x&password=y")]
    [InlineData("login=alice%40example.com&password=x&%E9=%")]
    [InlineData("")]
    public async Task Whatever_a_form_of_ours_has_in_its_fields_it_is_asked_again(string fields)
    {
        await using var own = await AuthServer.StartAsync();
        var browser = await AskAsync(own);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/signin");
        var proof = string.Join('&', browser.Proof.Select(field => $"{field.Item1}={field.Item2}"));
        request.Content = new StringContent($"{proof}&{fields}", null, AuthServer.FormType);
        request.Headers.Add("Cookie", browser.CookieHeader);
        var answer = await own.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains("signin-form", answer.Body, StringComparison.Ordinal);
    }

    [Fact, Rfc(6819, "5.1.4.2.3")]
    public async Task Names_that_nobody_can_have_are_counted_each_for_itself()
    {
        await using var own = await AuthServer.StartAsync();
        string[] names = ["Max Mustermann", "Erika Mustermann", "Jos\u00e9", "Zo\u00eb", "a b", "\u674e\u96f7", "\ud83d\ude00", ""];
        foreach (var name in names)
            Assert.Equal(HttpStatusCode.BadRequest, (await (await AskAsync(own)).SignInAsync(name, "wrong")).Page!.Status);
        for (var guess = 1; guess < 5; guess++)
            await (await AskAsync(own)).SignInAsync("JOSE\u0301\t", "wrong");
        Assert.Equal(HttpStatusCode.TooManyRequests, (await (await AskAsync(own)).SignInAsync("Jos\u00e9", "wrong")).Page!.Status);
        Assert.True((await (await AskAsync(own)).SignInAsync()).Shows("consent-form"));
    }

    [Theory, Rfc(6819, "5.1.4.2.3")]
    [InlineData(AuthServer.Login)]
    [InlineData("nobody@example.com")]
    public async Task Guesses_at_one_account_have_to_wait_and_the_owner_gets_in_after(string login)
    {
        await using var own = await AuthServer.StartAsync();
        var browser = await AskAsync(own);
        for (var guess = 0; guess < 5; guess++)
            Assert.Equal(HttpStatusCode.BadRequest, (await browser.SignInAsync(login, "wrong")).Page!.Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await browser.SignInAsync(login)).Page!.Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await (await AskAsync(own)).SignInAsync(login.ToUpperInvariant())).Page!.Status);
        own.Clock.Advance(TimeSpan.FromSeconds(61));
        var after = await browser.SignInAsync(login);
        Assert.Equal(login == AuthServer.Login, after.Shows("consent-form"));
    }

    [Fact, Rfc(6819, "5.1.4.2.3")]
    public async Task Names_that_are_made_up_have_to_wait_after_so_many_on_one_page_and_nobody_else_does()
    {
        await using var own = await AuthServer.StartAsync();
        var (guesser, alice) = (await AskAsync(own), await own.SignedInAsync());
        var sofar = new Attempts(Attempts.PerInteraction.Free - 1, TimeSpan.Zero);
        var today = DateOnly.FromDateTime(own.Clock.Now.UtcDateTime);
        await new AttemptStore(own.Tables).TryRecordAsync($"interaction:{guesser.Field("interaction")}", today, null, sofar, default);
        Assert.Equal(HttpStatusCode.BadRequest, (await guesser.SignInAsync("last@example.com", "wrong")).Page!.Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await guesser.SignInAsync("next@example.com", "wrong")).Page!.Status);
        Assert.True((await (await AskAsync(own)).SignInAsync()).Shows("consent-form"));
        await alice.GoAsync(new Flow(own, "own").Url(("prompt", "login")));
        Assert.NotNull((await alice.SignInAsync()).SentTo);
    }

    [Fact, Rfc(6265, "4.1.1")]
    public async Task Who_signs_in_anew_gets_one_cookie_of_a_name()
    {
        await using var own = await AuthServer.StartAsync();
        var browser = await own.SignedInAsync();
        await browser.GoAsync(new Flow(own, "own").Url(("prompt", "login")));
        await browser.SignInAsync();
        var names = browser.Answers.Select(answer => answer.Headers.GetValueOrDefault("Set-Cookie", []).Select(cookie => cookie.Split('=')[0]).ToList());
        Assert.All(names, set => Assert.Equal(set.Distinct(), set));
    }

    [Fact, Rfc(6819, "5.1.4.2.3")]
    public async Task Strangers_who_keep_guessing_do_not_lock_the_owner_out_of_their_own_browser()
    {
        await using var own = await AuthServer.StartAsync();
        var owners = await own.SignedInAsync();
        var strangers = await AskAsync(own);
        for (var guess = 0; guess < 8; guess++)
            await strangers.SignInAsync(AuthServer.Login, "wrong");
        Assert.Equal(HttpStatusCode.TooManyRequests, (await strangers.SignInAsync()).Page!.Status);
        await owners.GoAsync(new Flow(own, "own").Url(("prompt", "login")));
        Assert.NotNull((await owners.SignInAsync()).Sent("code"));

        // Whoever sits at the known browser has to wait like anybody.
        await owners.GoAsync(new Flow(own, "own").Url(("prompt", "login")));
        for (var guess = 0; guess < 5; guess++)
            Assert.Equal(HttpStatusCode.BadRequest, (await owners.SignInAsync(AuthServer.Login, "wrong")).Page!.Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await owners.SignInAsync()).Page!.Status);
    }

    [Fact, Rfc(6819, "5.1.4.2.3")]
    public async Task Many_guesses_at_once_do_not_slip_through()
    {
        await using var own = await AuthServer.StartAsync();
        var browser = await AskAsync(own);
        (string, string)[] form = [.. browser.Proof, ("login", AuthServer.Login), ("password", "wrong")];
        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(async _ => (await browser.Copy().PostAsync("/signin", form)).Page!.Status));
        // On a busy machine some of the five have no turn in time, and nothing is looked at.
        Assert.InRange(answers.Count(status => status != HttpStatusCode.TooManyRequests), 1, 5);
        Assert.All(answers, status => Assert.True(
            status is HttpStatusCode.BadRequest or HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable));
    }

    [Fact]
    public async Task A_guessing_machine_locks_nobody_of_its_office_out_who_has_signed_in_there_before()
    {
        await using var own = await AuthServer.StartAsync(options => options with { ClientAddressHeader = "X-Address" });
        own.Http.DefaultRequestHeaders.Add("X-Address", "192.0.2.1");
        var known = await own.SignedInAsync();
        var stranger = await AskAsync(own);
        for (var guess = 0; guess < 51; guess++)
            await stranger.SignInAsync($"person{guess}@example.com", "wrong");
        Assert.Equal(HttpStatusCode.TooManyRequests, (await (await AskAsync(own)).SignInAsync()).Page!.Status);
        await known.GoAsync(new Flow(own, "own").Url(("prompt", "login")));
        Assert.NotNull((await known.SignInAsync()).Sent("code"));
    }

    [Fact]
    public async Task People_who_sign_in_at_once_from_one_address_are_not_told_to_wait()
    {
        await using var own = await AuthServer.StartAsync(options => options with { ClientAddressHeader = "X-Address" });
        own.Http.DefaultRequestHeaders.Add("X-Address", "192.0.2.1");
        var statuses = await Task.WhenAll(Enumerable.Range(0, 12).Select(async i =>
            (await (await AskAsync(own)).SignInAsync($"person{i}@example.com", "wrong")).Page!.Status));
        Assert.DoesNotContain(HttpStatusCode.TooManyRequests, statuses);
    }

    [Fact, Rfc(6819, "5.1.4.2.3")]
    public async Task Guesses_from_one_address_have_to_wait_whatever_the_account()
    {
        await using var own = await AuthServer.StartAsync(options => options with { ClientAddressHeader = "X-Address" });
        own.Http.DefaultRequestHeaders.Add("X-Address", "2001:db8::1");
        for (var guess = 0; guess < 50; guess++)
            Assert.Equal(HttpStatusCode.BadRequest, await GuessAsync(own, guess));
        Assert.Equal(HttpStatusCode.TooManyRequests, await GuessAsync(own, 51));
        own.Http.DefaultRequestHeaders.Remove("X-Address");
        own.Http.DefaultRequestHeaders.Add("X-Address", "2001:db8:0:0:1::1");
        Assert.Equal(HttpStatusCode.TooManyRequests, await GuessAsync(own, 52));
        own.Http.DefaultRequestHeaders.Remove("X-Address");
        own.Http.DefaultRequestHeaders.Add("X-Address", "2001:db8:1::1");
        Assert.True((await (await AskAsync(own)).SignInAsync()).Shows("consent-form"));
    }

    private static async Task<HttpStatusCode> GuessAsync(AuthServer own, int guess) =>
        (await (await AskAsync(own)).SignInAsync($"person{guess}@example.com", "wrong")).Page!.Status;

    [Fact, Rfc(6819, "5.1.4.2.3")]
    public async Task An_office_signs_in_as_often_as_it_likes()
    {
        await using var own = await AuthServer.StartAsync(options => options with { ClientAddressHeader = "X-Address" });
        own.Http.DefaultRequestHeaders.Add("X-Address", "192.0.2.1");
        for (var person = 0; person < 60; person++)
            Assert.True((await (await AskAsync(own)).SignInAsync()).Shows("consent-form"));
    }

    [Theory, Rfc(6819, "5.1.4.2.3")]
    [InlineData(null)]
    [InlineData("not an address")]
    public async Task Whoever_comes_past_the_front_end_shares_one_counter(string? address)
    {
        await using var own = await AuthServer.StartAsync(options => options with { ClientAddressHeader = "X-Address" });
        if (address is not null)
            own.Http.DefaultRequestHeaders.Add("X-Address", address);
        var browser = await AskAsync(own);
        for (var guess = 0; guess < 50; guess++)
            await browser.SignInAsync($"person{guess}@example.com", "wrong");
        Assert.Equal(HttpStatusCode.TooManyRequests, (await browser.SignInAsync("person51@example.com", "wrong")).Page!.Status);
    }

    [Theory]
    [InlineData("/signin")]
    [InlineData("/consent")]
    public async Task Whoever_comes_by_the_address_of_a_form_reads_where_to_start(string path)
    {
        var page = (await server.Browser().GoAsync(path)).Page!;
        Assert.Equal(HttpStatusCode.BadRequest, page.Status);
        Assert.Contains("expired or was started in another browser", page.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/signin")]
    [InlineData("/consent")]
    public async Task Whoever_comes_back_by_the_address_of_a_form_finds_what_waits_in_this_browser(string path)
    {
        var browser = await AskAsync(server);
        Assert.True((await browser.GoAsync(path)).Shows("signin-form"));
        Assert.True((await browser.SignInAsync()).Shows("consent-form"));
    }

    [Fact, Rfc(6819, "4.4.1.8")]
    public async Task Signing_in_makes_a_new_session_and_ends_the_one_before()
    {
        await using var own = await AuthServer.StartAsync();
        var browser = await own.SignedInAsync();
        var thief = browser.Copy();
        var before = Session(browser);
        await browser.GoAsync(new Flow(own, "own").Url(("prompt", "login")));
        await browser.SignInAsync();
        Assert.NotEqual(before, Session(browser));
        Assert.Equal("login_required", (await thief.GoAsync(new Flow(own, "own").Url(("prompt", "none")))).Sent("error"));
        Assert.NotNull((await browser.GoAsync(new Flow(own, "own").Url(("prompt", "none")))).Sent("code"));
    }

    [Theory, Rfc(9700, "4.7")]
    [InlineData("antiforgery", "", HttpStatusCode.OK)]
    [InlineData("antiforgery", "AAAA", HttpStatusCode.OK)]
    [InlineData("interaction", "", HttpStatusCode.BadRequest)]
    [InlineData("interaction", "AAAA", HttpStatusCode.BadRequest)]
    public async Task A_forged_form_signs_nobody_in(string field, string value, HttpStatusCode status)
    {
        var browser = await AskAsync(server);
        await browser.SubmitAsync(("login", AuthServer.Login), ("password", AuthServer.Password), (field, value));
        // Where the interaction is this browser's, it is asked again.
        Assert.Equal((status, status == HttpStatusCode.OK), (browser.Page!.Status, browser.Shows("signin-form")));
        Assert.Null(Session(browser));
    }

    [Fact, Rfc(9700, "4.7")]
    public async Task Another_browsers_interaction_and_token_are_refused()
    {
        var (victim, attacker) = (await AskAsync(server), await AskAsync(server));
        var form = attacker.Proof;
        await victim.SubmitAsync([("login", AuthServer.Login), ("password", AuthServer.Password), .. form]);
        Assert.Equal(HttpStatusCode.BadRequest, victim.Page!.Status);
        await attacker.GoAsync("/authorize?interaction=" + form[0].Item2);
        Assert.True(attacker.Shows("signin-form"));
        await victim.GoAsync("/authorize?interaction=" + form[0].Item2);
        Assert.Equal(HttpStatusCode.BadRequest, victim.Page!.Status);
    }

    [Fact]
    public async Task A_token_of_one_form_is_not_good_for_another()
    {
        var (first, consent) = (await AskAsync(server), await server.AuthorizeAsync("own", ("prompt", "consent")));
        var session = Session(consent);
        await consent.PostAsync("/signin", [.. consent.Proof, ("login", AuthServer.Login), ("password", AuthServer.Password)]);
        Assert.Equal((true, session), (consent.Shows("consent-form"), Session(consent)));
        await consent.PostAsync("/signout", ("antiforgery", first.Field("antiforgery")!));
        Assert.Equal((true, session), (consent.Shows("signout-form"), Session(consent)));
    }

    [Fact]
    public async Task What_was_done_an_hour_ago_counts_no_more()
    {
        await using var own = await AuthServer.StartAsync();
        var browser = await own.SignedInAsync();
        await browser.GoAsync(new Flow(own, "own").Url(("prompt", "login consent")));
        await browser.SignInAsync();
        var consent = browser.Field("interaction");
        own.Clock.Advance(TimeSpan.FromMinutes(61));
        Assert.True((await browser.ConsentAsync()).Shows("signin-form"));
        Assert.NotEqual(consent, browser.Field("interaction"));
    }

    [Fact]
    public async Task A_session_expires_and_ends_with_the_persons_account_or_their_signing_out_everywhere()
    {
        await using var own = await AuthServer.StartAsync();
        var browser = await own.SignedInAsync();
        own.Clock.Advance(TimeSpan.FromDays(1));
        Assert.NotNull((await browser.GoAsync(new Flow(own, "own").Url(("prompt", "none")))).Sent("code"));
        await own.ChangeAliceAsync(alice => alice with { Stamp = "signed out" });
        Assert.Equal("login_required", (await browser.GoAsync(new Flow(own, "own").Url(("prompt", "none")))).Sent("error"));
        await own.ChangeAliceAsync(alice => alice with { Stamp = "" });
        own.Clock.Advance(TimeSpan.FromDays(13));
        Assert.Equal("login_required", (await browser.GoAsync(new Flow(own, "own").Url(("prompt", "none")))).Sent("error"));
    }

    [Fact]
    public async Task Signing_out_takes_a_form_and_ends_the_session()
    {
        await using var own = await AuthServer.StartAsync();
        var browser = await own.SignedInAsync();
        var copy = browser.Copy();
        await browser.GoAsync("/signout");
        Assert.NotNull((await copy.GoAsync(new Flow(own, "own").Url(("prompt", "none")))).Sent("code"));
        Assert.True((await browser.Copy().PostAsync("/signout", ("antiforgery", "AAAA"))).Shows("signout-form"));
        await browser.SubmitAsync();
        Assert.Null(Session(browser));
        Assert.Contains("You are signed out", (await browser.GoAsync("/signout")).Page!.Body, StringComparison.Ordinal);
        Assert.Equal("login_required", (await copy.GoAsync(new Flow(own, "own").Url(("prompt", "none")))).Sent("error"));
    }

    internal static Task<Browser> AskAsync(AuthServer server, string clientId = "web") => server.Browser().GoAsync(new Flow(server, clientId).Url());

    private static string? Session(Browser browser) => browser.Cookie("session");

    private static string Neutral(string page)
    {
        const string proof = "(name=\"(interaction|antiforgery)\" value=)\"[^\"]*\"";
        return Regex.Replace(page, proof, "$1", RegexOptions.None, TimeSpan.FromSeconds(1));
    }
}

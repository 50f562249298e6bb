namespace Postern.Tests;

/// <summary>The page on which people answer what apps ask them.</summary>
[Spec("CIBA Core", "8")]
public class ApprovalsTests
{
    [Fact]
    public async Task Whoever_comes_signs_in_and_sees_which_app_asks_for_what()
    {
        await using var server = await AuthServer.StartAsync();
        await Backchannel.AskAsync(server);
        server.Clock.Advance(TimeSpan.FromMinutes(2));
        await Backchannel.AskAsync(server, "pinged", ("client_notification_token", "t"), ("binding_message", "Pay <5>"), ("scope", "openid email"));
        var page = (await (await server.Browser().GoAsync("/approvals")).SignInAsync()).Page!.Body;
        string[] shown = ["Alice Example", "The bank client", "W4SCT", "2 minutes ago", "The pinged client", "Pay &lt;5&gt;", "See your email address"];
        Assert.All(shown, text => Assert.Contains(text, page, StringComparison.Ordinal));
        Assert.True(page.IndexOf("bank", StringComparison.Ordinal) < page.IndexOf("pinged", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nobody_sees_or_answers_what_another_is_asked()
    {
        await using var server = await AuthServer.StartAsync();
        await server.Users.TryAddAsync(TestUsers.Someone("bob", "bob-subject", server.Clock.Now) with { PasswordHash = TestUsers.HashOf("b") }, default);
        var asked = await Backchannel.AskAsync(server);
        var alice = await (await server.SignedInAsync()).GoAsync("/approvals");
        var bob = await (await server.Browser().GoAsync("/approvals")).SignInAsync("bob", "b");
        Assert.Contains("Nothing waits", bob.Page!.Body, StringComparison.Ordinal);
        // A form of hers in his browser, and one of his that names hers.
        await bob.PostAsync("/approvals", [.. Form(alice)]);
        await Backchannel.AskAsync(server, "bank", ("login_hint", "bob"));
        await bob.GoAsync("/approvals");
        await bob.SubmitAsync(("decision", "allow"), ("approval", alice.Field("approval")!));
        Assert.Equal("authorization_pending", (await asked.PollAsync()).Error);
    }

    [Theory, Rfc(9700, "4.7")]
    [InlineData("antiforgery", "")]
    [InlineData("antiforgery", "AAAA")]
    [InlineData("shown", "openid")]
    [InlineData("approval", "AAAA")]
    [InlineData("decision", "")]
    public async Task A_form_that_is_not_ours_decides_nothing(string name, string value)
    {
        await using var server = await AuthServer.StartAsync();
        var asked = await Backchannel.AskAsync(server);
        var alice = await (await server.SignedInAsync()).GoAsync("/approvals");
        var form = Form(alice).Where(field => field.Item1 != name).Append((name, value)).ToArray();
        Assert.False((await alice.PostAsync("/approvals", form)).Shows("answered"));
        Assert.True(alice.Shows("approval-1"));
        Assert.Equal("authorization_pending", (await asked.PollAsync()).Error);
    }

    [Theory]
    [InlineData("allow", "deny", null)]
    [InlineData("deny", "allow", "access_denied")]
    public async Task Of_two_answers_the_first_counts(string first, string second, string? error)
    {
        await using var server = await AuthServer.StartAsync();
        var asked = await Backchannel.AskAsync(server);
        var tab = await (await server.SignedInAsync()).GoAsync("/approvals");
        var other = tab.Copy();
        var form = Form(tab);
        await tab.PostAsync("/approvals", [.. form.SkipLast(1), ("decision", first)]);
        await other.PostAsync("/approvals", [.. form.SkipLast(1), ("decision", second)]);
        Assert.Contains("answered before", other.Page!.Body, StringComparison.Ordinal);
        Assert.Equal(error, (await asked.PollAsync()).Error);
    }

    [Fact]
    public async Task What_is_allowed_is_on_record_and_can_be_taken_back()
    {
        await using var server = await AuthServer.StartAsync();
        var asked = await Backchannel.AskAsync(server);
        await (await (await server.SignedInAsync()).GoAsync("/approvals")).ConsentAsync();
        Assert.Contains("api:read", (await server.Users.FindAccountAsync(AuthServer.Subject, "bank", default))!.Consent!.Scope.Values);
        await server.TakeBackConsentAsync("bank");
        Assert.Equal("invalid_grant", (await asked.PollAsync()).Error);
    }

    private static (string, string)[] Form(Browser browser) =>
        [.. new[] { "antiforgery", "approval", "shown" }.Select(name => (name, browser.Field(name)!)), ("decision", "allow")];
}

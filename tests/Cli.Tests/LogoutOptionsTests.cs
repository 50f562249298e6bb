using Postern.Cli;

namespace Postern.Tests;

public class LogoutOptionsTests(Operator someone) : IClassFixture<Operator>
{
    private const string Callback = "https://app.example.com/callback";

    [Fact]
    public async Task What_happens_at_signing_out_is_registered_shown_changed_and_taken_back()
    {
        string[] given =
        [
            "--post-logout-redirect-uri", "https://app.example.com/bye", "--post-logout-redirect-uri", "https://app.example.com/",
            "--backchannel-logout-uri", "https://app.example.com/back", "--frontchannel-logout-uri", "https://app.example.com/front",
            "--sign-out-ends", "all",
        ];
        var added = await someone.RunAsync(["client", "add", "leaver", "--redirect-uri", Callback, .. given, "--json"]);
        Assert.Equal("", added.Code == 0 ? "" : added.Error);
        var logout = (await someone.ReadClientAsync("leaver")).Logout;
        Assert.Equal(["https://app.example.com/bye", "https://app.example.com/"], logout.PostLogoutRedirectUris.Select(uri => uri.Value));
        Assert.Equal(("https://app.example.com/back", "https://app.example.com/front", true),
            (logout.BackchannelLogoutUri, logout.FrontchannelLogoutUri, logout.EndsGrants));
        var shown = (await someone.RunAsync("client", "show", "leaver", "--json")).Json();
        Assert.Equal("https://app.example.com/back", shown.GetProperty("backchannel_logout_uri").GetString());
        Assert.True(shown.GetProperty("sign_out_ends_grants").GetBoolean());

        await someone.RunAsync("client", "set", "leaver", "--sign-out-ends", "none", "--frontchannel-logout-uri", "");
        logout = (await someone.ReadClientAsync("leaver")).Logout;
        Assert.Equal((2, null, false), (logout.PostLogoutRedirectUris.Count, logout.FrontchannelLogoutUri, logout.EndsGrants));
        await someone.RunAsync("client", "set", "leaver", "--sign-out-ends", "default", "--post-logout-redirect-uri", "", "--backchannel-logout-uri", "");
        Assert.Equivalent(Postern.Protocol.ClientLogout.None, (await someone.ReadClientAsync("leaver")).Logout, strict: true);
    }

    [Theory]
    [InlineData("must have scheme, host and port of one of the client's redirect URIs", "--frontchannel-logout-uri", "https://other.example.com/")]
    [InlineData("The back-channel logout URI must be https", "--backchannel-logout-uri", "http://app.example.com/back")]
    [InlineData("has a fragment", "--post-logout-redirect-uri", "https://app.example.com/#bye")]
    public async Task What_may_not_be_is_refused_in_a_sentence(string sentence, params string[] args)
    {
        var refused = await someone.RunAsync(["client", "add", "refused", "--redirect-uri", Callback, .. args]);
        Assert.Equal((ExitCodes.Refused, ""), (refused.Code, refused.Out));
        Assert.Contains(sentence, refused.Error, StringComparison.Ordinal);
    }
}

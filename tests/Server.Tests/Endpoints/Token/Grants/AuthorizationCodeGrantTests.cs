using System.Net;
using Postern.Protocol;

namespace Postern.Tests;

public class AuthorizationCodeGrantTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly AuthServer server = shared.Server;

    [Conformance("oidcc-ensure-request-with-valid-pkce-succeeds")]
    [Theory, Rfc(6749, "4.1.4")]
    [InlineData("web")]
    [InlineData("post")]
    [InlineData("app")]
    [InlineData("spa")]
    [InlineData("es256")]
    public async Task A_code_is_exchanged_for_tokens(string clientId)
    {
        var tokens = await new Flow(server, clientId).TokensAsync(await server.SignedInAsync());
        Assert.Equal((HttpStatusCode.OK, "Bearer"), (tokens.Status, tokens.Text("token_type")));
    }

    [Fact, Rfc(6749, "1.5")]
    public async Task A_client_without_the_refresh_grant_gets_no_refresh_token() =>
        Assert.Null((await new Flow(server, "coderonly").TokensAsync(await server.SignedInAsync())).Text("refresh_token"));

    [Conformance("oidcc-codereuse")]
    [Conformance("oidcc-codereuse-30seconds")]
    [Fact, Rfc(6749, "4.1.2"), Rfc(9700, "4.5.3")]
    public async Task A_code_presented_twice_is_refused_and_what_it_brought_is_revoked()
    {
        var flow = new Flow(server, "own");
        var code = await CodeAsync(flow);
        var tokens = await flow.RedeemAsync(code);
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/userinfo", tokens.AccessToken)).Status);
        Assert.Equal("invalid_grant", (await flow.RedeemAsync(code)).Error);
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.GetAsync("/userinfo", tokens.AccessToken)).Status);
        Assert.Equal("invalid_grant", (await flow.RefreshAsync(tokens.RefreshToken)).Error);
    }

    [Theory, Rfc(6749, "4.1.3"), Rfc(7636, "4.6")]
    [InlineData("code_verifier", "wrong-but-long-enough-to-be-a-code-verifier-of-rfc-7636")]
    [InlineData("code_verifier", "")]
    [InlineData("code_verifier", "short")]
    [InlineData("redirect_uri", "https://web.example/other")]
    [InlineData("redirect_uri", "https://web.example/callback/")]
    public async Task A_mistake_does_not_cost_the_code(string name, string value)
    {
        var flow = new Flow(server, "own");
        var code = await CodeAsync(flow);
        Assert.Equal("invalid_grant", (await flow.RedeemAsync(code, (name, value))).Error);
        Assert.Equal(HttpStatusCode.OK, (await flow.RedeemAsync(code)).Status);
    }

    [Theory, Rfc(6749, "5.2")]
    [InlineData("web")]
    [InlineData("app")]
    public async Task Another_clients_code_is_refused_and_stays_good_for_its_own(string thief)
    {
        var flow = new Flow(server, "own");
        var code = await CodeAsync(flow);
        var stolen = await server.PostAsync(
            "/token",
            thief,
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", TestClients.WebCallback),
            ("code_verifier", flow.Verifier)
        );
        Assert.Equal("invalid_grant", stolen.Error);
        var tokens = await flow.RedeemAsync(code);
        Assert.Equal(HttpStatusCode.OK, tokens.Status);

        // Nor can a stranger revoke what was redeemed by presenting the code once more.
        await server.PostAsync("/token", thief, ("grant_type", "authorization_code"), ("code", code));
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/userinfo", tokens.AccessToken)).Status);
    }

    [Fact, Rfc(7636, "4.6")]
    public async Task Somebody_elses_code_of_the_same_client_does_not_fit_another_verifier()
    {
        var (victim, attacker) = (new Flow(server, "own"), new Flow(server, "own"));
        Assert.Equal("invalid_grant", (await attacker.RedeemAsync(await CodeAsync(victim))).Error);
    }

    [Fact, Rfc(9700, "4.8.2")]
    public async Task A_verifier_for_a_code_without_a_challenge_is_refused()
    {
        var flow = new Flow(server, "nopkce");
        var code = await CodeAsync(flow, ("code_challenge", null), ("code_challenge_method", null));
        Assert.Equal("invalid_grant", (await flow.RedeemAsync(code)).Error);
        Assert.Equal("invalid_grant", (await flow.RedeemAsync(code, ("code_verifier", ""), ("redirect_uri", ""))).Error);
        Assert.Equal(HttpStatusCode.OK, (await flow.RedeemAsync(code, ("code_verifier", ""))).Status);
    }

    [Fact]
    public async Task With_PKCE_the_redirect_URI_may_be_left_out()
    {
        var flow = new Flow(server, "own");
        Assert.Equal(HttpStatusCode.OK, (await flow.RedeemAsync(await CodeAsync(flow), ("redirect_uri", ""))).Status);
    }

    [Fact, Rfc(6749, "5.2")]
    public async Task No_other_kind_of_handle_is_a_code()
    {
        var flow = new Flow(server, "own");
        var browser = await server.SignedInAsync();
        var code = await flow.CodeAsync(browser);
        var session = browser.Cookies.Values.Single(value => value.StartsWith("pse_", StringComparison.Ordinal));
        var tokens = await new Flow(server, "own").TokensAsync();
        string[] others =
        [
            session, "pac_" + session[4..], tokens.RefreshToken, "pac_" + tokens.RefreshToken[4..], tokens.AccessToken, tokens.Text("id_token")!,
            code[..^1], code[..^4], code + "A", code + "=", code[4..], "PAC_" + code[4..], "pac_", " " + code, code + " ",
            "pac_" + new string('A', 67), "pac_" + new string('_', 67), "%00", "x",
        ];
        foreach (var other in others)
            Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"), await RefusalAsync(flow, other));
        Assert.Equal(HttpStatusCode.OK, (await flow.RedeemAsync(code)).Status);
        Assert.NotNull((await browser.GoAsync(flow.Url(("prompt", "none")))).Sent("code"));
        Assert.Equal(HttpStatusCode.OK, (await flow.RefreshAsync(tokens.RefreshToken)).Status);
    }

    [Theory]
    [InlineData("own", 60)]
    [InlineData("brief", 10)]
    public async Task A_code_expires(string clientId, int seconds)
    {
        await using var own = await AuthServer.StartAsync();
        var flow = new Flow(own, clientId);
        var browser = await own.SignedInAsync();
        var (inTime, late) = (await flow.CodeAsync(browser), await flow.CodeAsync(browser));
        own.Clock.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(1));
        Assert.Equal(HttpStatusCode.OK, (await flow.RedeemAsync(inTime)).Status);
        own.Clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal("invalid_grant", (await flow.RedeemAsync(late)).Error);
    }

    [Fact, Rfc(6749, "3.3")]
    public async Task A_scope_that_was_taken_from_the_client_does_not_come_out_of_a_code_any_more()
    {
        await using var own = await AuthServer.StartAsync(options => options with { ClientCache = TimeSpan.Zero });
        var flow = new Flow(own, "own", scope: "openid api:read");
        var (first, second) = (await flow.CodeAsync(await own.SignedInAsync()), await flow.CodeAsync(await own.SignedInAsync()));
        await own.ChangeClientAsync("own", client => client with { Scope = Scope.TryParse("api:read")! });
        var narrowed = await flow.RedeemAsync(first);
        Assert.Equal(("api:read", null), (narrowed.Text("scope"), narrowed.Text("id_token")));
        await own.ChangeClientAsync("own", client => client with { Scope = Scope.TryParse("other")! });
        Assert.Equal("invalid_scope", (await flow.RedeemAsync(second)).Error);
    }

    [Fact]
    public async Task A_code_of_a_disabled_or_removed_person_is_refused()
    {
        await using var own = await AuthServer.StartAsync();
        var flow = new Flow(own, "own");
        var (first, second) = (await flow.CodeAsync(await own.SignedInAsync()), await flow.CodeAsync(await own.SignedInAsync()));
        await own.ChangeAliceAsync(alice => alice with { Disabled = true });
        Assert.Equal("invalid_grant", (await flow.RedeemAsync(first)).Error);
        await own.ChangeAliceAsync(alice => alice with { Disabled = false });
        Assert.Equal(HttpStatusCode.OK, (await flow.RedeemAsync(first)).Status);
        await own.RemoveAliceAsync();
        Assert.Equal("invalid_grant", (await flow.RedeemAsync(second)).Error);
    }

    private async Task<string> CodeAsync(Flow flow, params (string, string?)[] parameters) =>
        await flow.CodeAsync(await server.SignedInAsync(), parameters);

    private static async Task<(HttpStatusCode, string?)> RefusalAsync(Flow flow, string code) =>
        await flow.RedeemAsync(code) is var answer ? (answer.Status, answer.Error) : default;
}

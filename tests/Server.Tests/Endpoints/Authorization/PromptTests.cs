using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Postern.Protocol;
using Postern.Signing;

namespace Postern.Tests;

[Spec("OIDC Core", "3.1.2.1")]
public class PromptTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly AuthServer server = shared.Server;

    [Conformance("oidcc-prompt-none-logged-in")]
    [Fact]
    public async Task None_yields_a_code_where_nothing_has_to_be_asked() =>
        Assert.NotNull((await server.AuthorizeAsync("own", ("prompt", "none"))).Sent("code"));

    [Conformance("oidcc-prompt-none-not-logged-in")]
    [Fact, Spec("OIDC Core", "3.1.2.6")]
    public async Task None_without_a_session_is_login_required()
    {
        var browser = await server.Browser().GoAsync(new Flow(server, "own").Url(("prompt", "none")));
        Assert.Equal(("login_required", "the-state", AuthServer.Issuer), (browser.Sent("error"), browser.Sent("state"), browser.Sent("iss")));
        Assert.Empty(browser.Cookies);
    }

    [Fact, Spec("OIDC Core", "3.1.2.6")]
    public async Task None_without_consent_is_consent_required() =>
        Assert.Equal("consent_required", (await server.AuthorizeAsync("other", ("prompt", "none"))).Sent("error"));

    [Conformance("oidcc-prompt-login")]
    [Theory]
    [InlineData("login")]
    [InlineData("login consent")]
    [InlineData("select_account login")]
    public async Task Login_asks_for_the_password_in_spite_of_a_session(string prompt) =>
        Assert.True((await server.AuthorizeAsync("own", ("prompt", prompt))).Shows("signin-form"));

    [Fact]
    public async Task Login_and_consent_asks_for_both_and_once()
    {
        var browser = await server.Browser().GoAsync(new Flow(server, "own").Url(("prompt", "login consent select_account")));
        await browser.SignInAsync();
        Assert.True(browser.Shows("consent-form"));
        await browser.ConsentAsync();
        Assert.NotNull(browser.Sent("code"));
    }

    [Fact]
    public async Task Login_is_not_served_by_the_session_that_was_there_before()
    {
        var browser = await server.AuthorizeAsync("own", ("prompt", "login"));
        await browser.GoAsync("/authorize?interaction=" + browser.Field("interaction"));
        Assert.True(browser.Shows("signin-form"));
    }

    [Fact]
    public async Task Consent_asks_even_where_it_is_never_needed()
    {
        var browser = await server.AuthorizeAsync("own", ("prompt", "consent"));
        Assert.True(browser.Shows("consent-form"));
        await browser.ConsentAsync();
        Assert.NotNull(browser.Sent("code"));
    }

    [Fact]
    public async Task Select_account_lets_the_person_go_on_as_they_are()
    {
        var browser = await server.AuthorizeAsync("own", ("prompt", "select_account"));
        Assert.True(browser.Shows("select-account-form"));
        await browser.SubmitAsync(("choice", "continue"));
        Assert.NotNull(browser.Sent("code"));
    }

    [Fact]
    public async Task Select_account_lets_somebody_else_sign_in()
    {
        var browser = await server.AuthorizeAsync("own", ("prompt", "select_account"));
        await browser.SubmitAsync(("choice", "other"));
        Assert.True(browser.Shows("signin-form"));
    }

    [Fact]
    public async Task Select_account_and_consent_asks_for_both()
    {
        var browser = await server.AuthorizeAsync("own", ("prompt", "select_account consent"));
        await browser.SubmitAsync(("choice", "continue"));
        Assert.True(browser.Shows("consent-form"));
    }

    [Theory]
    [InlineData("login")]
    [InlineData("select_account")]
    public async Task A_max_age_of_zero_is_the_same_as_login(string prompt) =>
        Assert.True((await server.AuthorizeAsync("own", ("max_age", "0"), ("prompt", prompt))).Shows("signin-form"));

    [Fact]
    public async Task A_max_age_of_zero_asks_at_the_very_instant_of_the_last_login()
    {
        Assert.True((await server.AuthorizeAsync("own", ("max_age", "0"))).Shows("signin-form"));
        Assert.Equal("login_required", (await server.AuthorizeAsync("own", ("max_age", "0"), ("prompt", "none"))).Sent("error"));
    }

    [Conformance("oidcc-max-age-1")]
    [Conformance("oidcc-max-age-10000")]
    [Fact]
    public async Task After_max_age_the_person_signs_in_again_and_the_token_says_when()
    {
        await using var own = await AuthServer.StartAsync();
        var browser = await own.AuthorizeAsync("own");
        own.Clock.Advance(TimeSpan.FromSeconds(61));
        await browser.GoAsync(new Flow(own, "own").Url(("max_age", "61")));
        Assert.NotNull(browser.Sent("code"));
        await browser.GoAsync(new Flow(own, "own").Url(("max_age", "60"), ("prompt", "none")));
        Assert.Equal("login_required", browser.Sent("error"));
        var flow = new Flow(own, "own");
        var tokens = await flow.RedeemAsync(await flow.CodeAsync(browser, ("max_age", "60")));
        Assert.Equal(own.Clock.Now.ToUnixTimeSeconds(), Jwt.Claims(tokens.Text("id_token")!).GetProperty("auth_time").GetInt64());
    }
}

[Spec("OIDC Core", "3.1.2.1")]
public class HintTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly AuthServer server = shared.Server;

    [Conformance("oidcc-id-token-hint")]
    [Fact]
    public async Task A_hint_of_the_person_who_is_signed_in_changes_nothing()
    {
        var hint = (await new Flow(server, "own").TokensAsync()).Text("id_token");
        Assert.NotNull((await server.AuthorizeAsync("own", ("id_token_hint", hint), ("prompt", "none"))).Sent("code"));
    }

    [Fact]
    public async Task An_expired_hint_still_names_the_person() =>
        Assert.NotNull((await server.AuthorizeAsync("own", ("id_token_hint", await HintAsync(expiresIn: -3600)), ("prompt", "none"))).Sent("code"));

    [Fact]
    public async Task A_hint_of_another_person_asks_them_to_sign_in()
    {
        var hint = await HintAsync(subject: "bob-subject");
        Assert.Equal("login_required", (await server.AuthorizeAsync("own", ("id_token_hint", hint), ("prompt", "none"))).Sent("error"));
        Assert.True((await server.AuthorizeAsync("own", ("id_token_hint", hint))).Shows("signin-form"));
    }

    [Fact]
    public async Task Whoever_signs_in_as_another_than_hinted_gets_no_code()
    {
        var browser = await server.Browser().GoAsync(new Flow(server, "own").Url(("id_token_hint", await HintAsync(subject: "bob-subject"))));
        await browser.SignInAsync();
        Assert.Equal(("login_required", null), (browser.Sent("error"), browser.Sent("code")));
    }

    [Fact, Spec("OIDC Core", "5.5.1")]
    public async Task A_sub_that_is_asked_for_holds_like_a_hint() =>
        Assert.Equal(
            "login_required",
            (await server.AuthorizeAsync("own", ("claims", """{"id_token":{"sub":{"value":"bob-subject"}}}"""), ("prompt", "none"))).Sent("error")
        );

    [Fact]
    public async Task A_hint_of_another_client_another_issuer_or_another_key_is_refused()
    {
        var forged = (await HintAsync())[..^8] + "AAAAAAAA";
        foreach (var hint in new[] { await HintAsync(audience: "other"), await HintAsync(issuer: "https://evil.example"), forged })
            Assert.Equal("invalid_request", (await server.AuthorizeAsync("own", ("id_token_hint", hint))).Sent("error"));
    }

    [Theory, Rfc(8725, "3.1")]
    [InlineData("""{"alg":"none","typ":"JWT"}""", "")]
    [InlineData("""{"alg":"none","kid":"of before"}""", "AAAA")]
    [InlineData("""{"alg":"HS256","kid":"of before"}""", "AAAA")]
    [InlineData("""{"alg":"RS256"}""", "AAAA")]
    [InlineData("""{"alg":"RS256","kid":"of before"}""", "")]
    public async Task A_hint_that_no_key_of_this_server_can_ever_have_signed_is_refused(string header, string signature)
    {
        var hint = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.e30.{signature}";
        Assert.Equal("invalid_request", (await server.AuthorizeAsync("own", ("id_token_hint", hint))).Sent("error"));
    }

    [Fact, Spec("OIDC Core", "3.1.2.1")]
    public async Task A_hint_of_a_key_that_is_published_no_more_says_nothing()
    {
        using var before = new LocalSigner(RSA.Create(2048), ECDsa.Create(ECCurve.NamedCurves.nistP256));
        var hint = await HintAsync(signer: before);
        Assert.NotNull((await server.AuthorizeAsync("own", ("id_token_hint", hint))).Sent("code"));
        Assert.Equal("login_required", (await server.AuthorizeAsync("own", ("id_token_hint", hint), ("prompt", "none"))).Sent("error"));
    }

    [Fact]
    public async Task An_access_token_is_no_hint()
    {
        var tokens = await new Flow(server, "own").TokensAsync();
        Assert.Equal("invalid_request", (await server.AuthorizeAsync("own", ("id_token_hint", tokens.AccessToken))).Sent("error"));
    }

    private async Task<string> HintAsync(
        string subject = AuthServer.Subject,
        string audience = "own",
        string issuer = AuthServer.Issuer,
        int expiresIn = 60,
        LocalSigner? signer = null
    )
    {
        var token = new IdToken
        {
            Issuer = issuer,
            Subject = subject,
            Audience = audience,
            IssuedAt = server.Clock.Now,
            ExpiresAt = server.Clock.Now.AddSeconds(expiresIn),
            AuthTime = server.Clock.Now,
            Amr = [],
            Nonce = null,
            Id = "x.y",
            SessionId = "x",
            AccessToken = "x",
        };
        return await (signer ?? AuthServer.Signer).SignAsync(SigningAlgorithms.RS256, Jws.IdTokenType, token.ToClaims(), default);
    }
}

using Postern.Protocol;

namespace Postern.Tests;

/// <summary>The decision, case by case; <see cref="NextStepLawTests"/> goes through all combinations.</summary>
[Spec("OIDC Core", "3.1.2.3")]
public class NextStepTests
{
    private static readonly Session Here = Some.Session();

    private static readonly Interaction SignedInHere = Some.Interaction() with { Session = Here.Id, Reauthenticated = true };
    private static readonly Interaction ChosenHere = Some.Interaction() with { Session = Here.Id };
    private static readonly Interaction ConsentedHere = ChosenHere with { Consented = true, Shown = Some.Consent().Scope };

    [Fact]
    public void Nobody_is_signed_in() => Assert.Equal(Step.SignIn, Next("", session: null, Some.Consent(), null));

    [Fact]
    public void Somebody_is_signed_in_and_has_consented() => Assert.Equal(Step.IssueCode, Next("", Here, Some.Consent(), null));

    [Theory, Spec("OIDC Core", "3.1.2.1")]
    [InlineData("login", Step.SignIn)]
    [InlineData("select_account", Step.SelectAccount)]
    [InlineData("consent", Step.Consent)]
    [InlineData("login consent", Step.SignIn)]
    [InlineData("select_account consent", Step.SelectAccount)]
    [InlineData("none", Step.IssueCode)]
    public void A_prompt_asks_although_nothing_else_does(string prompt, Step step) => Assert.Equal(step, Next(prompt, Here, Some.Consent(), null));

    [Fact]
    public void After_signing_in_here_prompt_login_is_satisfied() => Assert.Equal(Step.IssueCode, Next("login", Here, Some.Consent(), SignedInHere));

    [Fact]
    public void Choosing_a_session_is_not_signing_in_anew() => Assert.Equal(Step.SignIn, Next("login", Here, Some.Consent(), ChosenHere));

    [Fact]
    public void Signing_in_to_another_session_counts_for_that_one_only() =>
        Assert.Equal(Step.SignIn, Next("login", Some.Session("bob", seed: 2), Some.Consent(), SignedInHere));

    [Theory, Spec("OIDC Core", "3.1.2.1")]
    [InlineData("0", 1, Step.SignIn)]
    [InlineData("60", 59, Step.IssueCode)]
    [InlineData("60", 60, Step.IssueCode)]
    [InlineData("60", 61, Step.SignIn)]
    [InlineData("", 100_000, Step.IssueCode)]
    public void Max_age_limits_how_long_ago_the_sign_in_was(string maxAge, int seconds, Step step)
    {
        var request = Some.Request(Some.Client(), ("max_age", maxAge));
        Assert.Equal(step, NextStep.Of(request, null, Some.Session(age: TimeSpan.FromSeconds(seconds)), Some.Consent(), null, Some.Now).Step);
    }

    [Theory, Spec("OIDC Core", "3.1.2.1")]
    [InlineData("3", 3, Step.IssueCode)]
    [InlineData("3", 4, Step.SignIn)]
    [InlineData("2", 3, Step.SignIn)]
    [InlineData("1", 3, Step.SignIn)]
    [InlineData("1", 2, Step.IssueCode)] // or a person on a slow line would sign in for ever
    [InlineData("0", 1200, Step.IssueCode)]
    public void Max_age_holds_for_who_has_signed_in_here_too_and_zero_asks_for_no_more_than_that(string maxAge, int seconds, Step step)
    {
        var request = Some.Request(Some.Client(), ("max_age", maxAge));
        Assert.Equal(step, NextStep.Of(request, null, Here, Some.Consent(), SignedInHere, Some.Now.AddSeconds(seconds)).Step);
    }

    [Theory]
    [InlineData(true, Step.IssueCode)]
    [InlineData(false, Step.Consent)]
    public void Who_signs_in_again_after_the_consent_page_is_not_asked_again_unless_it_is_somebody_else(bool isSame, Step step)
    {
        var again = Some.Session(isSame ? "alice" : "bob", seed: 2);
        Assert.Equal(step, Next("consent", again, consent: null, ConsentedHere.SignedIn(again.Id, isSame)));
    }

    [Theory, Spec("OIDC Core", "3.1.2.6")]
    [InlineData(false, null, "login_required")]
    [InlineData(true, "bob", "login_required")]
    [InlineData(true, null, "consent_required")]
    public void Prompt_none_is_refused_by_what_is_missing(bool signedIn, string? hint, string error)
    {
        var request = Some.Request(Some.Client(), ("prompt", "none"));
        var next = NextStep.Of(request, hint, signedIn ? Here : null, consent: null, null, Some.Now);
        Assert.Equal((Step.Refuse, error), (next.Step, next.Error?.Code));
    }

    [Fact]
    public void Prompt_none_with_too_old_a_session_is_refused()
    {
        var request = Some.Request(Some.Client(), ("prompt", "none"), ("max_age", "5"));
        var next = NextStep.Of(request, null, Some.Session(age: TimeSpan.FromSeconds(6)), Some.Consent(), null, Some.Now);
        Assert.Equal("login_required", next.Error?.Code);
    }

    [Theory, Spec("OIDC Core", "5.5.1")]
    [InlineData(null, "bob")]
    [InlineData("bob", null)]
    [InlineData("alice", "bob")]
    [InlineData("bob", "alice")]
    public void Another_end_user_than_the_client_asked_for_signs_in_first_and_is_refused_after_that(string? hint, string? asked)
    {
        var claims = asked is null ? "" : """{"id_token":{"sub":{"value":"?"}}}""".Replace("?", asked, StringComparison.Ordinal);
        var request = Some.Request(Some.Client(), ("claims", claims));
        Assert.Equal(Step.SignIn, NextStep.Of(request, hint, Here, Some.Consent(), null, Some.Now).Step);
        var next = NextStep.Of(request, hint, Here, Some.Consent(), SignedInHere, Some.Now);
        Assert.Equal((Step.Refuse, "login_required"), (next.Step, next.Error?.Code));
    }

    [Fact, Rfc(6749, "4.1.2.1")]
    public void A_person_who_said_no_is_believed()
    {
        var next = NextStep.Of(Some.Request(Some.Client()), null, Here, Some.Consent(), ChosenHere with { Consented = false }, Some.Now);
        Assert.Equal((Step.Refuse, "access_denied"), (next.Step, next.Error?.Code));
    }

    [Fact]
    public void A_consent_given_here_counts_once_for_its_session()
    {
        Assert.Equal(Step.IssueCode, Next("consent", Here, consent: null, ConsentedHere));
        Assert.Equal(Step.Consent, Next("", Some.Session("bob", seed: 2), consent: null, ConsentedHere));
        Assert.Equal(Step.Consent, Next("", Here, consent: null, Some.Interaction() with { Consented = true }));
    }

    [Fact]
    public void A_consent_given_here_is_for_what_was_shown() =>
        Assert.Equal(Step.Consent, Next("", Here, consent: null, ConsentedHere with { Shown = Some.Scope("email") }));

    [Fact]
    public void A_consent_is_not_for_a_client_registered_anew_since() =>
        Assert.Equal(Step.Consent, Next("", Here, Some.Consent() with { Registration = "another" }, null));

    [Theory]
    [InlineData("openid", "openid offline_access", Step.IssueCode)]
    [InlineData("openid", "openid", Step.Consent)]
    [InlineData("openid email", "openid offline_access", Step.Consent)]
    [InlineData("openid", "openid email offline_access", Step.IssueCode)]
    public void More_than_was_allowed_is_asked_for(string scope, string allowed, Step step) =>
        Assert.Equal(step, NextStep.Of(Some.Request(Some.Client(), ("scope", scope)), null, Here, Some.Consent(allowed), null, Some.Now).Step);

    [Fact, Spec("OIDC Core", "5.5")]
    public void A_claim_by_name_is_asked_for_like_its_scope()
    {
        var request = Some.Request(Some.Client(), ("claims", """{"userinfo":{"email":null}}"""));
        Assert.Equal(Step.Consent, NextStep.Of(request, null, Here, Some.Consent("openid offline_access"), null, Some.Now).Step);
        Assert.Equal(Step.IssueCode, NextStep.Of(request, null, Here, Some.Consent("openid email offline_access"), null, Some.Now).Step);
    }

    [Fact]
    public void A_consent_that_was_taken_back_covers_nothing() =>
        Assert.Equal(Step.Consent, Next("", Here, Some.Consent(""), null));

    [Theory, Rfc(8252, "8.6")]
    [InlineData("https://client.example/cb", true, Step.IssueCode)]
    [InlineData("http://127.0.0.1/cb", true, Step.Consent)]
    [InlineData("com.example.app:/cb", true, Step.Consent)]
    [InlineData("http://127.0.0.1/cb", false, Step.IssueCode)]
    public void A_public_client_is_remembered_only_where_https_vouches_for_it(string uri, bool isPublic, Step step)
    {
        var request = Some.Request(isPublic ? Some.PublicClient(uri) : Some.Client(uri), ("redirect_uri", uri));
        Assert.Equal(step, NextStep.Of(request, null, Here, Some.Consent(), null, Some.Now).Step);
    }

    [Theory]
    [InlineData(false, "", Step.IssueCode)]
    [InlineData(false, "consent", Step.Consent)]
    [InlineData(true, "", Step.Consent)] // nobody's app can skip consent by its record
    public void The_operators_own_app_need_not_ask(bool isPublic, string prompt, Step step)
    {
        var client = (isPublic ? Some.PublicClient() : Some.Client()) with { RequireConsent = false };
        Assert.Equal(step, NextStep.Of(Some.Request(client, ("prompt", prompt)), null, Here, consent: null, null, Some.Now).Step);
    }

    private static Step Next(string prompt, Session? session, Consent? consent, Interaction? interaction) =>
        NextStep.Of(Some.Request(Some.Client(), ("prompt", prompt)), null, session, consent, interaction, Some.Now).Step;
}

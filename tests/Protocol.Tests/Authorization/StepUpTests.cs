using Postern.Protocol;

namespace Postern.Tests;

[Rfc(9470, "5")]
public class StepUpTests
{
    private const string Essential = """{"id_token":{"acr":{"essential":true,"values":["gold","urn:postern:acr:1fa"]}}}""";

    [Fact]
    public void Whoever_has_proved_something_is_in_the_first_context_and_whoever_has_not_is_in_none()
    {
        Assert.Equal(AuthenticationContexts.OneFactor, AuthenticationContexts.Of(["pwd"]));
        Assert.Null(AuthenticationContexts.Of([]));
        Assert.True(AuthenticationContexts.Meets(["pwd"], ["gold", AuthenticationContexts.OneFactor]));
        Assert.False(AuthenticationContexts.Meets(["pwd"], ["gold"]));
        Assert.False(AuthenticationContexts.Meets([], AuthenticationContexts.All));
        Assert.Equal(AuthenticationContexts.All.Count, AuthenticationContexts.All.Distinct().Count());
    }

    [Theory, Spec("OIDC Core", "3.1.2.1"), Spec("OIDC Core", "5.5.1.1")]
    [InlineData("acr_values", "gold urn:postern:acr:1fa", "urn:postern:acr:1fa")]
    [InlineData("acr_values", "gold 2", "")]
    [InlineData("acr_values", "", "")]
    [InlineData("claims", """{"id_token":{"acr":{"value":"urn:postern:acr:1fa"}}}""", "urn:postern:acr:1fa")]
    [InlineData("claims", Essential, "urn:postern:acr:1fa")]
    [InlineData("claims", """{"id_token":{"acr":{"value":"gold"}}}""", "")]
    public void What_is_wanted_is_what_there_is_of_it(string name, string value, string wanted) =>
        Assert.Equal(wanted, string.Join(' ', Some.Request(Some.Client(), (name, value)).AcrValues));

    [Theory]
    [InlineData("acr_values", "urn:postern:acr:1fa")]
    [InlineData("claims", Essential)]
    public void A_session_that_meets_it_is_good_and_another_signs_in_again(string name, string value)
    {
        var request = Some.Request(Some.Client(), (name, value));
        Assert.Equal(Step.IssueCode, Next(request, Some.Session(), null).Step);
        Assert.Equal(Step.SignIn, Next(request, Some.Session() with { Amr = [] }, null).Step);
    }

    [Fact, Spec("OIDC Unmet Authentication Requirements", "2")]
    public void What_is_essential_and_not_met_by_a_new_sign_in_is_refused_and_what_would_be_nice_is_left()
    {
        var session = Some.Session() with { Amr = [] };
        var fresh = Some.Interaction().SignedIn(session.Id, false);
        var refused = Next(Some.Request(Some.Client(), ("claims", Essential)), session, fresh);
        Assert.Equal((Step.Refuse, "unmet_authentication_requirements"), (refused.Step, refused.Error?.Code));
        Assert.Equal(Step.IssueCode, Next(Some.Request(Some.Client(), ("acr_values", "urn:postern:acr:1fa")), session, fresh).Step);
    }

    [Fact]
    public void Without_a_page_only_what_is_essential_is_a_reason_to_refuse()
    {
        var session = Some.Session() with { Amr = [] };
        var refused = Next(Some.Request(Some.Client(), ("claims", Essential), ("prompt", "none")), session, null);
        Assert.Equal("login_required", refused.Error?.Code);
        Assert.Equal(Step.IssueCode, Next(Some.Request(Some.Client(), ("acr_values", AuthenticationContexts.OneFactor), ("prompt", "none")), session, null).Step);
    }

    private static NextStep Next(AuthorizationRequest request, Session session, Interaction? interaction) =>
        NextStep.Of(request, null, session, Some.Consent(), interaction, Some.Now);
}

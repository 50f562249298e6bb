using Postern.Protocol;

namespace Postern.Tests;

[Spec("OIDC Core", "5.5")]
public class ClaimsRequestTests
{
    [Fact]
    public void The_example_of_the_specification_is_read()
    {
        var claims = ClaimsRequest
            .Parse(
                """
                {"userinfo":{"given_name":{"essential":true},"nickname":null,"email":{"essential":true},"picture":null},
                 "id_token":{"auth_time":{"essential":true},"acr":{"values":["urn:mace:incommon:iap:silver"]}}}
                """
            )
            .Value();
        Assert.Equal(["given_name", "nickname", "email", "picture"], claims.UserInfo);
        Assert.Equal(["auth_time", "acr"], claims.IdToken);
        Assert.Null(claims.EssentialAcr);
        Assert.Null(claims.Subjects);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{}")]
    [InlineData("""{"userinfo":null}""")]
    [InlineData("""{"userinfo":{},"id_token":null}""")]
    [InlineData("""{"something_else":{"name":null}}""")]
    public void Nothing_is_asked_for_by_nothing(string? json)
    {
        var claims = ClaimsRequest.Parse(json).Value();
        Assert.Empty(claims.UserInfo);
        Assert.Empty(claims.IdToken);
        Assert.Null(claims.ToParameter());
    }

    [Theory]
    [InlineData("")]
    [InlineData("name")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"{}\"")]
    [InlineData("{")]
    [InlineData("""{"userinfo":[]}""")]
    [InlineData("""{"userinfo":"name"}""")]
    [InlineData("""{"userinfo":{"name":true}}""")]
    [InlineData("""{"id_token":{"name":"x"}}""")]
    [InlineData("""{"id_token":{"name":["x"]}}""")]
    [InlineData("""{"userinfo":{},"userinfo":{"email":null}}""")]
    [InlineData("""{"userinfo":{"email":null,"email":null}}""")]
    [InlineData("""{"id_token":{"sub":{"value":"\ud800"}}}""")]
    [InlineData("""{"id_token":{"sub":{"value":1}}}""")]
    [InlineData("""{"id_token":{"sub":{"values":"alice"}}}""")]
    [InlineData("""{"userinfo":{"sub":{"values":["alice",null]}}}""")]
    [InlineData("""{"id_token":{"\udc00":null}}""")]
    [InlineData("""{"userinfo":{"a":{"b":{"c":{"d":{"e":{"f":{"g":{}}}}}}}}}""")]
    public void A_malformed_value_is_refused(string json) => Assert.Equal("invalid_request", ClaimsRequest.Parse(json).Refusal().Code);

    [Theory, Rfc(6819, "4.4.1.11")]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void A_value_has_a_longest_length(int over, bool accepted)
    {
        const string json = """{"userinfo":{"name":null}}""";
        Assert.Equal(accepted, ClaimsRequest.Parse(json + new string(' ', ClaimsRequest.MaxLength - json.Length + over)).Succeeds());
    }

    [Theory, Spec("OIDC Core", "5.5.1")]
    [InlineData("""{"id_token":{"sub":{"value":"alice"}}}""", "alice")]
    [InlineData("""{"userinfo":{"sub":{"value":"alice"}}}""", "alice")]
    [InlineData("""{"id_token":{"sub":{"values":["alice","bob"]}}}""", "alice bob")]
    [InlineData("""{"id_token":{"sub":{"values":["alice","bob"]}},"userinfo":{"sub":{"value":"bob"}}}""", "bob")]
    [InlineData("""{"id_token":{"sub":{"value":"alice"}},"userinfo":{"sub":{"value":"bob"}}}""", "")]
    [InlineData("""{"id_token":{"sub":{"essential":true}}}""", null)]
    [InlineData("""{"id_token":{"sub":null}}""", null)]
    public void Certain_end_users_may_be_asked_for(string json, string? subjects)
    {
        var wanted = ClaimsRequest.Parse(json).Value().Subjects;
        Assert.Equal(subjects, wanted is null ? null : string.Join(' ', wanted));
    }

    [Theory, Spec("OIDC Core", "5.5.1.1")]
    [InlineData("""{"id_token":{"acr":{"essential":true,"value":"gold"}}}""", true)]
    [InlineData("""{"id_token":{"acr":{"essential":true,"values":["gold","silver"]}}}""", true)]
    [InlineData("""{"id_token":{"acr":{"essential":true}}}""", false)]
    [InlineData("""{"id_token":{"acr":{"essential":false,"value":"gold"}}}""", false)]
    [InlineData("""{"id_token":{"acr":{"essential":"true","value":"gold"}}}""", false)]
    [InlineData("""{"id_token":{"acr":{"value":"gold"}}}""", false)]
    [InlineData("""{"id_token":{"acr":null}}""", false)]
    [InlineData("""{"id_token":{"acr":{"essential":true,"value":5}}}""", true)]
    public void Only_an_essential_acr_of_certain_values_is_required(string json, bool required) =>
        Assert.Equal(required, ClaimsRequest.Parse(json).Value().EssentialAcr is not null);

    [Fact, Spec("OIDC Core", "5.4")]
    public void By_naming_a_claim_a_client_gets_no_more_than_its_scope_has()
    {
        const string json = """{"userinfo":{"phone_number":null,"email":null,"made_up":null},"id_token":{"address":null,"name":null}}""";
        var claims = ClaimsRequest.Parse(json).Value();
        var within = claims.Within(Some.Scope("openid email profile"));
        Assert.Equal(["email"], within.UserInfo);
        Assert.Equal(["name"], within.IdToken);
        Assert.Equal(Some.Scope("email profile"), within.ImpliedScope);
        Assert.Empty(claims.Within(Scope.Empty).UserInfo);
    }

    [Fact]
    public void What_is_kept_asks_for_the_same_claims()
    {
        var claims = ClaimsRequest.Parse("""{"userinfo":{"email":{"essential":true}},"id_token":{"name":{"value":"x"}}}""").Value();
        var kept = ClaimsRequest.Parse(claims.ToParameter()).Value();
        Assert.Equal(claims.UserInfo, kept.UserInfo);
        Assert.Equal(claims.IdToken, kept.IdToken);
    }
}

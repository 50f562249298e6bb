using Postern.Protocol;

namespace Postern.Tests;

[Rfc(8707, "2.1")]
public class RequestedResourcesTests
{
    private const string Api = "https://api.example";
    private const string Other = "https://other.example";

    [Theory]
    [InlineData("https://nobody.example")]
    [InlineData("https://api.example/")]
    [InlineData("https://api.example#x")]
    [InlineData("api")]
    public void A_resource_that_there_is_not_is_refused(string resource)
    {
        var refusal = Some.Parse(Some.Client(), [Some.Resource()], ("scope", "orders"), ("resource", resource)).Refusal();
        Assert.Equal("invalid_target", refusal.Code);
        Assert.DoesNotContain("example", refusal.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void One_out_of_the_clients_reach_is_refused_in_the_same_words_as_one_that_there_is_not()
    {
        Resource[] known = [Some.Resource(Api, "admin")];
        var (client, scope) = (Some.Client(), ("scope", "orders"));
        var (outOfReach, unknown) = (Some.Parse(client, known, scope, ("resource", Api)).Refusal(), Some.Parse(client, known, scope, ("resource", Other)).Refusal());
        Assert.Equal((unknown.Code, unknown.Description), (outOfReach.Code, outOfReach.Description));
        Assert.Contains("postern client set web --scope", outOfReach.Reason, StringComparison.Ordinal);
        Assert.Contains("postern resource list", unknown.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void More_than_eight_are_refused_and_one_that_is_named_twice_is_one()
    {
        var nine = Enumerable.Range(0, 9).Select(i => $"https://{i}.example").ToArray();
        Resource[] known = [.. nine.Select(one => Some.Resource(one))];
        Assert.Equal("invalid_target", Asking(nine).Refusal().Code);
        Assert.Equal(8, Asking([.. nine.Take(8), .. nine.Take(8)]).Value().Resources.All.Count);

        Result<AuthorizationRequest> Asking(string[] names) =>
            Some.Parse(Some.Client(), known, [("scope", "orders"), .. names.Select(name => ("resource", name))]);
    }

    [Theory]
    [InlineData("openid orders profile", "openid orders profile")]
    [InlineData("orders other", "orders")]
    [InlineData("", "orders")]
    public void Only_what_the_resources_have_is_granted_and_what_is_about_the_person(string asked, string granted)
    {
        var client = Some.Client() with { Scope = Some.Scope("openid profile orders other") };
        var request = Some.Parse(client, [Some.Resource()], ("scope", asked), ("resource", Api)).Value();
        Assert.Equal(Some.Scope(granted), request.Scope);
        Assert.Equal(asked.Contains("other", StringComparison.Ordinal), request.Shortfall?.Contains("of none of the resources", StringComparison.Ordinal) == true);
    }

    [Fact]
    public void A_resource_of_which_nothing_is_asked_for_is_refused()
    {
        Resource[] known = [Some.Resource(), Some.Resource(Other, "bills")];
        var client = Some.Client() with { Scope = Some.Scope("openid orders bills") };
        Assert.Equal("invalid_scope", Some.Parse(client, known, ("scope", "openid"), ("resource", Api)).Refusal().Code);
        Assert.Equal("invalid_scope", Some.Parse(client, known, ("scope", "openid orders"), ("resource", Api), ("resource", Other)).Refusal().Code);
        Assert.True(Some.Parse(client, known, ("scope", "orders bills"), ("resource", Api), ("resource", Other)).Succeeds());
    }

    [Fact]
    public void What_is_allowed_at_one_resource_is_not_allowed_at_another_that_calls_it_the_same()
    {
        Resource[] known = [Some.Resource(), Some.Resource(Other)];
        var client = Some.Client() with { GrantTypes = [GrantTypes.AuthorizationCode] };
        var one = Some.Parse(client, known, ("scope", "openid orders"), ("resource", Api)).Value();
        var other = Some.Parse(client, known, ("scope", "openid orders"), ("resource", Other)).Value();
        Assert.Equal($"{Api}#orders openid", one.Disclosure.ToString());
        Assert.False(other.Disclosure.IsSubsetOf(one.Disclosure));
        Assert.False(Some.Request(client, ("scope", "openid orders")).Disclosure.IsSubsetOf(one.Disclosure));
    }

    [Fact]
    public void What_may_not_be_asked_for_any_more_is_not_kept_whatever_resource_it_is_of()
    {
        var consent = Some.Consent($"openid email orders {Api}#orders {Api}#gone offline_access");
        var client = Some.Client() with { Scope = Some.Scope("openid orders") };
        Assert.Equal($"{Api}#orders offline_access openid orders", consent.KeptFor(client).ToString());
        Assert.True((consent with { Registration = "another" }).KeptFor(client).IsEmpty);
    }

    [Fact, Rfc(6819, "4.4.1.11")]
    public void A_request_has_a_longest_list_of_what_people_are_asked_for()
    {
        var scopes = Enumerable.Range(0, 60).Select(i => $"scope-{i}").ToArray();
        Resource[] known = [.. Enumerable.Range(0, 8).Select(i => Some.Resource($"https://{new string('x', 60)}.example/{i}", scopes))];
        var client = Some.Client() with { Scope = Some.Scope(string.Join(' ', scopes)) };
        var named = known.Select(one => ("resource", one.Identifier));
        Assert.Equal("invalid_scope", Some.Parse(client, known, [("scope", ""), .. named]).Refusal().Code);
        Assert.True(Some.Parse(client, known, [("scope", ""), .. named.Take(2)]).Succeeds());
    }
}

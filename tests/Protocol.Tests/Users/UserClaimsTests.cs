using System.Text.Json;
using Postern.Protocol;

namespace Postern.Tests;

public class UserClaimsTests
{
    private const string Json = """
        {"name":"Alice","email":"alice@example.com","email_verified":false,"address":{"country":"FR"},"phone_number":"+33 1"}
        """;

    private static readonly UserClaims Alice = UserClaims.TryParse(Json, out _)!;

    [Theory, Spec("OIDC Core", "5.4")]
    [InlineData("openid", "")]
    [InlineData("openid profile", "name")]
    [InlineData("openid email", "email email_verified")]
    [InlineData("openid address phone", "address phone_number")]
    [InlineData("orders", "")]
    public void A_scope_releases_its_claims(string scope, string released) =>
        Assert.Equal(released, string.Join(' ', Alice.Released(Some.Scope(scope), []).Select(claim => claim.Key)));

    [Fact, Spec("OIDC Core", "5.5")]
    public void A_claim_is_released_by_name_too_and_once()
    {
        Assert.Equal(["name"], Alice.Released(Some.Scope("openid"), ["name", "nickname", "password_hash"]).Select(claim => claim.Key));
        Assert.Equal(["email", "email_verified"], Alice.Released(Some.Scope("email"), ["email"]).Select(claim => claim.Key));
    }

    [Theory, Spec("OIDC Core", "5.1")]
    [InlineData("""{"name":1}""", "name")]
    [InlineData("""{"name":null}""", "name")]
    [InlineData("""{"email_verified":"true"}""", "email_verified")]
    [InlineData("""{"address":"Paris"}""", "address")]
    [InlineData("""{"sub":"bob"}""", "sub")]
    [InlineData("""{"iss":"https://evil.example"}""", "iss")]
    [InlineData("""{"updated_at":1}""", "updated_at")]
    [InlineData("""{"role":"admin"}""", "role")]
    [InlineData("""{"name":"a","name":"b"}""", "twice")]
    [InlineData("""{"name":"\ud800"}""", "JSON")]
    [InlineData("[]", "JSON")]
    [InlineData("", "JSON")]
    [InlineData("{", "JSON")]
    public void Anything_but_registered_claims_of_their_type_is_a_problem(string json, string names)
    {
        Assert.Null(UserClaims.TryParse(json, out var problem));
        Assert.Contains(names, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Claims_are_read_back_as_they_were_written()
    {
        var read = UserClaims.TryParse(Alice.ToJson(), out var problem);
        Assert.Null(problem);
        Assert.Equal(Alice.ToJson(), read?.ToJson());
        Assert.Equal("{}", UserClaims.Empty.ToJson());
    }

    [Fact]
    public void A_claim_is_set_and_removed_in_a_copy()
    {
        var renamed = Alice.With("name", JsonSerializer.SerializeToElement("Alicia"));
        Assert.Equal(("Alicia", "Alice"), (renamed.Text("name"), Alice.Text("name")));
        Assert.Null(renamed.With("name", null).Text("name"));
        Assert.Null(Alice.Text("email_verified"));
    }

    [Theory, Spec("OIDC Core", "5.4")]
    [InlineData("email", "email", true)]
    [InlineData("openid profile", "email", false)]
    [InlineData("phone", "phone_number_verified", true)]
    [InlineData("openid profile email address phone", "made_up", false)]
    [InlineData("openid", "sub", false)]
    public void Each_claim_has_its_scope(string scope, string claim, bool released) =>
        Assert.Equal(released, UserClaims.IsReleasedBy(Some.Scope(scope), claim));

    [Fact]
    public void Every_claim_that_is_announced_has_a_scope_that_is_announced() =>
        Assert.All(UserClaims.Supported, claim => Assert.True(UserClaims.IsReleasedBy(Scope.OpenIdConnect, claim)));
}

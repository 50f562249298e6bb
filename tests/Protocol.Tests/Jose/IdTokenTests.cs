using System.Text.Json;
using Postern.Protocol;

namespace Postern.Tests;

public class IdTokenTests
{
    private static readonly IdToken Token = new()
    {
        Issuer = Some.Issuer,
        Subject = "alice",
        Audience = "web",
        IssuedAt = Some.Now,
        ExpiresAt = Some.Now.AddMinutes(15),
        AuthTime = Some.Now.AddMinutes(-5),
        Amr = ["pwd"],
        Nonce = "n-0S6_WzA2Mj",
        Id = $"{Some.Row()}.x1y2",
        SessionId = "08a5019c",
        AccessToken = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y",
    };

    [Fact, Spec("OIDC Core", "2")]
    public void The_claims_that_are_required_are_there()
    {
        var claims = Claims(Token);
        Assert.Equal((Some.Issuer, "alice", "web"), (Text(claims, "iss"), Text(claims, "sub"), Text(claims, "aud")));
        Assert.Equal(Some.Now.ToUnixTimeSeconds(), claims.GetProperty("iat").GetInt64());
        Assert.Equal(Some.Now.AddMinutes(15).ToUnixTimeSeconds(), claims.GetProperty("exp").GetInt64());
        Assert.Equal(Some.Now.AddMinutes(-5).ToUnixTimeSeconds(), claims.GetProperty("auth_time").GetInt64());
        Assert.Equal("n-0S6_WzA2Mj", Text(claims, "nonce"));
        Assert.Equal("pwd", claims.GetProperty("amr")[0].GetString());
    }

    [Fact, Spec("OIDC Core", "2")]
    public void Without_a_nonce_in_the_request_there_is_none() => Assert.False(Claims(Token with { Nonce = null }).TryGetProperty("nonce", out _));

    [Fact, Spec("OIDC Core", "A.3"), Spec("OIDC Core", "3.1.3.6")]
    public void The_hash_of_the_access_token_is_that_of_the_example() => Assert.Equal("77QmUPtjPfzWtF2AnpK9RQ", Text(Claims(Token), "at_hash"));

    [Fact, Spec("OIDC Core", "5.4")]
    public void Nothing_about_the_person_is_in_it_unless_asked_for_by_name()
    {
        Assert.DoesNotContain(Claims(Token).EnumerateObject(), claim => UserClaims.Supported.Contains(claim.Name));
        var asked = UserClaims.TryParse("""{"name":"Alice","email":"alice@example.com"}""", out _)!.Released(Scope.Empty, ["name"]);
        var claims = Claims(Token with { UserClaims = asked });
        Assert.Equal("Alice", Text(claims, "name"));
        Assert.False(claims.TryGetProperty("email", out _));
    }

    [Fact, Spec("OIDC Core", "2")]
    public void No_claim_about_the_person_can_replace_one_of_the_token() =>
        Assert.Empty(UserClaims.Supported.Intersect(Claims(Token).EnumerateObject().Select(claim => claim.Name)));

    [Theory, Spec("OIDC Core", "3.1.2.1")]
    [InlineData("RS256")]
    [InlineData("PS256")]
    [InlineData("ES256")]
    public void A_hint_names_its_subject_even_when_it_has_expired(string algorithm)
    {
        var old = Token with { IssuedAt = Some.Now.AddYears(-2), ExpiresAt = Some.Now.AddYears(-2) };
        Assert.Equal("alice", SubjectOf(SomeKey.For(algorithm).Token(algorithm, Jws.IdTokenType, old.ToClaims())));
    }

    [Fact, Spec("OIDC Core", "3.1.2.1"), Rfc(8725, "3.9")]
    public void A_hint_of_another_issuer_client_type_or_key_names_nobody()
    {
        Assert.Null(SubjectOf(Sign(Token with { Issuer = "https://other.example" })));
        Assert.Null(SubjectOf(Sign(Token with { Audience = "other" })));
        Assert.Null(SubjectOf(SomeKey.Rsa.Token("RS256", Jws.AccessTokenType, Token.ToClaims())));
        Assert.Null(SubjectOf(SomeKey.Strange.Token("RS256", Jws.IdTokenType, Token.ToClaims())));
        Assert.Null(SubjectOf(SomeKey.Rsa.TokenWithHeader("RS256", """{"alg":"none"}""")));
        Assert.Equal("alice", SubjectOf(Sign(Token)));
    }

    [Fact, Rfc(8693, "3")]
    public void One_that_is_exchanged_is_its_clients_and_unexpired()
    {
        var read = Verify(Sign(Token), Some.Now)!;
        Assert.Equal(("alice", "web", Token.Id, "web"), (read.Subject, read.ClientId, read.Id, Assert.Single(read.Audience)));
        Assert.Equal((Some.Row(), Token.ExpiresAt, true), (read.Grant, read.ExpiresAt, read.Scope.IsEmpty));
        Assert.Null(Verify(Sign(Token), Token.ExpiresAt));
        Assert.Null(Verify(Sign(Token with { Issuer = "https://other.example" }), Some.Now));
        Assert.Null(Verify(Sign(Token with { Id = "" }), Some.Now));
        Assert.Null(Verify(SomeKey.Rsa.Token("RS256", Jws.AccessTokenType, Token.ToClaims()), Some.Now));
        Assert.Null(Verify(SomeKey.Strange.Token("RS256", Jws.IdTokenType, Token.ToClaims()), Some.Now));

        static AccessToken? Verify(string token, DateTimeOffset now) => IdToken.TryVerify(token, SomeKey.Trusted, Some.Issuer, now);
    }

    [Fact]
    public void Its_text_has_no_access_token() => Assert.DoesNotContain("jHkWEdUX", Token.ToString(), StringComparison.Ordinal);

    private static string Sign(IdToken token) => SomeKey.Rsa.Token("RS256", Jws.IdTokenType, token.ToClaims());

    private static string? SubjectOf(string hint) => IdToken.SubjectOfHint(hint, SomeKey.Trusted, Some.Issuer, "web");

    private static JsonElement Claims(IdToken token) => JsonDocument.Parse(token.ToClaims()).RootElement;

    private static string? Text(JsonElement claims, string name) => claims.GetProperty(name).GetString();
}

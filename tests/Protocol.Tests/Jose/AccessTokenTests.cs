using System.Text.Json;
using Postern.Protocol;

namespace Postern.Tests;

public class AccessTokenTests
{
    private static readonly AccessToken Token = Some.AccessToken();

    [Theory, Rfc(9068, "2.2")]
    [InlineData("RS256")]
    [InlineData("PS256")]
    [InlineData("ES256")]
    public void A_token_is_read_back_as_it_was_written(string algorithm) => Assert.Equivalent(Token, Verify(Sign(Token, algorithm)), strict: true);

    [Fact]
    public void A_token_of_a_client_alone_is_read_back_too()
    {
        var own = Token with { Subject = "web", Audience = ["a", "b"], Scope = Scope.Empty, Id = "x1y2", AuthTime = null, Amr = [] };
        Assert.Equivalent(own, Verify(Sign(own)), strict: true);
        Assert.Null(own.Grant);
    }

    [Fact]
    public void Its_id_names_the_grant_and_the_generation_of_the_refresh_token_beside_it()
    {
        var row = Some.Row();
        Assert.Equal((row, 12), Read(new TokenId($"{row}", 12, null).With("unique")));
        Assert.Equal((row, null), Read(new TokenId($"{row}", null, null).With("unique")));
        Assert.Equal((row, null), Read(new TokenId($"{row}", null, "registration").With("unique")));
        Assert.Equal((null, null), Read(new TokenId("registration", null, null).With("unique")));
        Assert.Equal((null, null), Read($"{row}.-1.unique"));

        static (RowId?, int?) Read(string id) => (Token with { Id = id }) is var token ? (token.Grant, token.RefreshGeneration) : default;
    }

    [Fact, Rfc(8693, "4.1"), Rfc(8693, "4.4")]
    public void A_token_that_was_exchanged_is_read_back_with_its_actors_and_all_that_it_was_exchanged_for()
    {
        using var mayAct = JsonDocument.Parse("""{"sub":"api"}""");
        var exchanged = Token with
        {
            Act = new Actor("api", null, new Actor("partner", "https://other.example", null)),
            MayAct = mayAct.RootElement,
            Exchanged = [new ExchangedToken("web", ["a", "b"], "jti", Some.Now), new ExchangedToken("api", ["c"], "jti2", Some.Now.AddSeconds(1))],
        };
        var read = Verify(Sign(exchanged))!;
        Assert.Equivalent(exchanged with { MayAct = null }, read with { MayAct = null }, strict: true);
        Assert.Equal("""{"sub":"api"}""", read.MayAct?.GetRawText());
        Assert.Equal(["web", "api", "web"], read.Chain.Select(token => token.Of));
    }

    [Fact, Rfc(9068, "2.2")]
    public void The_claims_that_are_required_are_there()
    {
        var claims = JsonDocument.Parse(Token.ToClaims()).RootElement;
        Assert.All(["iss", "exp", "aud", "sub", "client_id", "iat", "jti"], name => Assert.True(claims.TryGetProperty(name, out _), name));
        Assert.Equal("openid orders", claims.GetProperty("scope").GetString());
        Assert.Equal(Some.Now.AddMinutes(-5).ToUnixTimeSeconds(), claims.GetProperty("auth_time").GetInt64());
    }

    [Theory, Rfc(7519, "4.1.3")]
    [InlineData(1, JsonValueKind.String)]
    [InlineData(2, JsonValueKind.Array)]
    public void One_audience_is_a_string_and_several_are_an_array(int count, JsonValueKind kind)
    {
        var token = Token with { Audience = [.. Enumerable.Range(0, count).Select(i => $"a{i}")] };
        Assert.Equal(kind, JsonDocument.Parse(token.ToClaims()).RootElement.GetProperty("aud").ValueKind);
    }

    [Theory, Rfc(7519, "4.1.4")]
    [InlineData(-1, true)]
    [InlineData(0, false)]
    [InlineData(1, false)]
    public void A_token_expires(int secondsAfterExpiry, bool accepted)
    {
        var now = Token.ExpiresAt.AddSeconds(secondsAfterExpiry);
        Assert.Equal(accepted, AccessToken.TryVerify(Sign(Token), SomeKey.Trusted, Some.Issuer, now) is not null);
    }

    [Theory, Rfc(9068, "4")]
    [InlineData("https://issuer.example/")]
    [InlineData("https://Issuer.example")]
    [InlineData("https://other.example")]
    public void A_token_of_another_issuer_is_refused(string issuer) => Assert.Null(Verify(Sign(Token with { Issuer = issuer })));

    [Theory, Rfc(8725, "3.12"), Rfc(9068, "2.1")]
    [InlineData("JWT")]
    [InlineData("dpop+jwt")]
    public void A_token_of_another_type_is_no_access_token(string type) =>
        Assert.Null(Verify(SomeKey.Rsa.Token("RS256", type, Token.ToClaims())));

    [Fact]
    public void A_token_of_a_strange_key_is_refused() => Assert.Null(Verify(SomeKey.Strange.Token("RS256", Jws.AccessTokenType, Token.ToClaims())));

    [Theory]
    [InlineData("", false)]
    [InlineData(".", false)]
    [InlineData("x.y", false)]
    [InlineData("{row}", false)]
    [InlineData("{row}.", true)]
    [InlineData("{row}.x", true)]
    [InlineData("{row}.x.y", false)]
    public void The_grant_is_named_by_the_first_half_of_the_id(string id, bool named)
    {
        var token = Token with { Id = id.Replace("{row}", Some.Row().ToString(), StringComparison.Ordinal) };
        Assert.Equal(named ? Some.Row() : null, token.Grant);
    }

    [Fact]
    public void Whatever_is_presented_is_no_token_or_ours()
    {
        var ours = Sign(Token, "ES256");
        Any.Always(Any.Mangled(ours), text => text == ours || Verify(text) is null, times: 1000);
        Any.Always(Any.Text, text => Verify(text) is null);
    }

    private static string Sign(AccessToken token, string algorithm = "RS256") =>
        SomeKey.For(algorithm).Token(algorithm, Jws.AccessTokenType, token.ToClaims());

    private static AccessToken? Verify(string token) => AccessToken.TryVerify(token, SomeKey.Trusted, Some.Issuer, Some.Now);
}

using System.Text;
using System.Text.Json.Nodes;
using Postern.Protocol;

namespace Postern.Tests;

public class JwkSetTests
{
    [Fact, Rfc(7517, "5")]
    public void Keys_that_can_be_used_are_read_and_written_back_without_the_rest()
    {
        var published = KeyPair.Rsa.Jwk(("use", "sig"), ("alg", "PS256"), ("x5c", "certificate"), ("x5t", "thumbprint"));
        var set = Parse(published, KeyPair.Ec.Jwk())!;
        Assert.Equal(2, set.Keys.Count);
        var written = Encoding.UTF8.GetString(Json.Object(writer =>
        {
            writer.WritePropertyName("jwks");
            set.Write(writer);
        }));
        Assert.DoesNotContain("x5", written);
        var again = JwkSet.TryParse(Encoding.UTF8.GetBytes(JsonNode.Parse(written)!["jwks"]!.ToJsonString()), out var problem)!;
        Assert.Null(problem);
        Assert.Equal(set.Keys, again.Keys);
        Assert.Equal(["RSA the-kid", "EC the-kid"], again.KeyNames());
    }

    [Theory, Rfc(7517, "4"), Rfc(7518, "6.3")]
    [InlineData("kty", "oct")]
    [InlineData("kty", "OKP")]
    [InlineData("kty", null)]
    [InlineData("use", "enc")]
    [InlineData("alg", "RS512")]
    [InlineData("alg", "ES256")]
    [InlineData("alg", "HS256")]
    [InlineData("alg", "none")]
    [InlineData("d", "AQAB")]
    [InlineData("p", "AQAB")]
    [InlineData("k", "AQAB")]
    [InlineData("n", "AQAB")]
    [InlineData("n", "")]
    [InlineData("e", "AQ")]
    [InlineData("e", "AQAA")]
    [InlineData("e", "AQABAQAB")]
    [InlineData("e", "A!")]
    public void A_key_that_cannot_be_used_is_left_out_with_the_reason(string member, string? value)
    {
        var bad = KeyPair.Rsa.Jwk((member, value));
        Assert.Single(Parse(bad, KeyPair.Ec.Jwk())!.Keys);
        Assert.Null(JwkSet.TryParse(Set(bad), out var problem));
        Assert.StartsWith("has a key, number 1, that", problem);
    }

    [Theory]
    [InlineData("crv", "P-384")]
    [InlineData("x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("y", "AQAB")]
    public void A_point_that_is_not_on_the_curve_is_no_key(string member, string value) => Assert.Null(Parse(KeyPair.Ec.Jwk((member, value))));

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"keys":{}}""")]
    [InlineData("""{"keys":[]}""")]
    [InlineData("""{"keys":[1]}""")]
    [InlineData("""{"keys":[],"keys":[]}""")]
    [InlineData("""{"keys":[{"kty":"RSA","key_ops":["sign"]}]}""")]
    public void What_is_no_set_of_keys_is_refused_with_a_reason(string json)
    {
        Assert.Null(JwkSet.TryParse(Encoding.UTF8.GetBytes(json), out var problem));
        Assert.NotNull(problem);
    }

    [Fact]
    public void Too_long_a_set_or_one_of_too_many_keys_is_refused()
    {
        Assert.Null(Parse([.. Enumerable.Range(0, 21).Select(_ => KeyPair.Ec.Jwk())]));
        Assert.Null(Parse(KeyPair.Ec.Jwk(("x5c", new string('a', JwkSet.MaxLength)))));
    }

    [Fact, Rfc(7515, "4.1.4")]
    public void A_kid_and_an_alg_select_and_where_there_is_none_type_alone_does()
    {
        var (one, other, nameless) = (new KeyPair("EC", "1"), new KeyPair("EC", "2"), new KeyPair("EC", null));
        var set = Parse(one.Jwk(), other.Jwk(("alg", "ES256")), nameless.Jwk(), KeyPair.Rsa.Jwk(("alg", "PS256")))!;
        Assert.Equal(3, set.For("ES256", null).Count());
        Assert.Equal(2, set.For("ES256", "1").Count());
        Assert.Single(set.For("ES256", "3"));
        Assert.Single(set.For("PS256", null));
        Assert.Empty(set.For("RS256", null));
    }

    private static JwkSet? Parse(params JsonObject[] keys) => JwkSet.TryParse(Set(keys), out _);

    private static byte[] Set(params JsonObject[] keys) =>
        Encoding.UTF8.GetBytes(new JsonObject { ["keys"] = new JsonArray([.. keys.Select(key => key.DeepClone())]) }.ToJsonString());
}

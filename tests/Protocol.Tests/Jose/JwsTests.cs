using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using FsCheck.Fluent;
using Microsoft.IdentityModel.JsonWebTokens;
using Postern.Protocol;

namespace Postern.Tests;

public class JwsTests
{
    private static readonly string Kid = SomeKey.Rsa.Jwk.KeyId;

    [Theory, Rfc(7515, "3.1")]
    [InlineData("RS256")]
    [InlineData("PS256")]
    [InlineData("ES256")]
    public void A_token_says_what_was_signed(string algorithm)
    {
        var token = SomeKey.For(algorithm).Token(algorithm, "JWT", """{"a":1}"""u8.ToArray());
        var header = JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[0])).RootElement;
        Assert.Equal((algorithm, "JWT"), (header.GetProperty("alg").GetString(), header.GetProperty("typ").GetString()));
        Assert.Equal(1, Verify(token)?.GetPayloadValue<int>("a"));
    }

    [Theory, Rfc(8725, "3.1"), Rfc(7515, "6")]
    [InlineData("""{"alg":"none","typ":"JWT","kid":"KID"}""")]
    [InlineData("""{"alg":"None","typ":"JWT","kid":"KID"}""")]
    [InlineData("""{"alg":"HS256","typ":"JWT","kid":"KID"}""")]
    [InlineData("""{"alg":"ES256","typ":"JWT","kid":"KID"}""")]
    [InlineData("""{"alg":"PS256","typ":"JWT","kid":"KID"}""")]
    [InlineData("""{"alg":"RS512","typ":"JWT","kid":"KID"}""")]
    [InlineData("""{"alg":"rs256","typ":"JWT","kid":"KID"}""")]
    [InlineData("""{"alg":"","typ":"JWT","kid":"KID"}""")]
    [InlineData("""{"alg":null,"typ":"JWT","kid":"KID"}""")]
    [InlineData("""{"alg":["RS256"],"typ":"JWT","kid":"KID"}""")]
    [InlineData("""{"alg":256,"typ":"JWT","kid":"KID"}""")]
    [InlineData("""{"typ":"JWT","kid":"KID"}""")]
    [InlineData("""{"alg":"RS256","alg":"RS256","typ":"JWT","kid":"KID"}""")]
    [InlineData("""{"alg":"none","\u0061lg":"RS256","typ":"JWT","kid":"KID"}""")]
    public void An_algorithm_that_is_not_the_keys_is_refused(string header) => AssertRefused(header);

    [Theory, Rfc(7515, "4.1.11")]
    [InlineData("""["exp"]""")]
    [InlineData("""["b64"]""")]
    [InlineData("""["unknown"]""")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"exp\"")]
    public void Any_critical_extension_is_refused(string crit) =>
        AssertRefused($$"""{"alg":"RS256","typ":"JWT","kid":"KID","exp":1,"b64":true,"unknown":1,"crit":{{crit}}}""");

    [Theory, Rfc(8725, "3.11"), Rfc(9068, "4")]
    [InlineData("""{"alg":"RS256","kid":"KID"}""")]
    [InlineData("""{"alg":"RS256","typ":null,"kid":"KID"}""")]
    [InlineData("""{"alg":"RS256","typ":"at+jwt","kid":"KID"}""")]
    [InlineData("""{"alg":"RS256","typ":"logout+jwt","kid":"KID"}""")]
    [InlineData("""{"alg":"RS256","typ":"","kid":"KID"}""")]
    [InlineData("""{"alg":"RS256","typ":["JWT"],"kid":"KID"}""")]
    public void Another_type_is_refused(string header) => AssertRefused(header);

    [Theory, Rfc(9068, "4"), Rfc(7515, "4.1.9")]
    [InlineData("jwt")]
    [InlineData("application/JWT")]
    [InlineData("APPLICATION/jwt")]
    public void A_type_has_several_spellings(string type) =>
        Assert.NotNull(Verify(Sign($$"""{"alg":"RS256","typ":"{{type}}","kid":"KID"}""")));

    [Theory, Rfc(8725, "3.10")]
    [InlineData("""{"alg":"RS256","typ":"JWT"}""")]
    [InlineData("""{"alg":"RS256","typ":"JWT","kid":null}""")]
    [InlineData("""{"alg":"RS256","typ":"JWT","kid":""}""")]
    [InlineData("""{"alg":"RS256","typ":"JWT","kid":"../../dev/null"}""")]
    [InlineData("""{"alg":"RS256","typ":"JWT","kid":"' or 1=1 --"}""")]
    [InlineData("""{"alg":"RS256","typ":"JWT","kid":0}""")]
    public void A_key_id_only_selects_among_the_trusted_keys(string header) => AssertRefused(header);

    [Theory, Rfc(8725, "3.10"), Rfc(7515, "4.1.2"), Rfc(7515, "4.1.3")]
    [InlineData("\"jwk\":JWK")]
    [InlineData("\"jku\":\"https://evil.example/jwks\"")]
    [InlineData("\"x5u\":\"https://evil.example/cert\"")]
    [InlineData("\"x5c\":[\"AAAA\"]")]
    public void A_key_that_the_token_brings_along_is_not_used(string member)
    {
        foreach (var kid in new[] { Kid, SomeKey.Strange.Jwk.KeyId })
        {
            var injected = member.Replace("JWK", SomeKey.Strange.Json, StringComparison.Ordinal);
            var header = $$"""{"alg":"RS256","typ":"JWT","kid":"{{kid}}",{{injected}}}""";
            Assert.Null(Verify(SomeKey.Strange.TokenWithHeader("RS256", header)));
        }
    }

    [Fact]
    public void The_key_of_another_token_does_not_verify_this_one()
    {
        var header = $$"""{"alg":"RS256","typ":"JWT","kid":"{{SomeKey.Ec.Jwk.KeyId}}"}""";
        Assert.Null(Verify(SomeKey.Rsa.TokenWithHeader("RS256", header)));
        Assert.Null(Jws.Verify(Good, Jws.IdTokenType, []));
        Assert.Null(Jws.Verify(Good, Jws.IdTokenType, [SomeKey.Strange.Jwk]));
    }

    [Theory, Rfc(7515, "5.2"), Rfc(6819, "4.4.1.11")]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("""{"alg":"\ud800"}""")]
    [InlineData("""{"alg":"RS256","typ":"\udc00"}""")]
    [InlineData("""{"alg":"RS256","typ":"JWT","kid":"KID","\ud800":1}""")]
    [InlineData("""{"alg":"RS256","typ":"JWT","kid":"KID","a":[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]}""")]
    [InlineData("""{"alg":"RS256","typ":"JWT","kid":"KID"}{}""")]
    [InlineData("""{"alg":"RS256","typ":"JWT","kid":"KID",}""")]
    public void A_header_that_is_not_one_JSON_object_is_refused(string header) => AssertRefused(header);

    [Fact, Rfc(8259, "8.1")]
    public void A_header_that_is_not_UTF_8_is_refused()
    {
        byte[] header = [.. Encoding.ASCII.GetBytes($$"""{"alg":"RS256","typ":"JWT","kid":"{{Kid}}","x":"""), (byte)'"', 0xFF, (byte)'"', (byte)'}'];
        Assert.Null(Verify(SomeKey.Rsa.TokenWithHeader("RS256", header)));
        Assert.Null(Verify(Base64Url.EncodeToString([.. "{\"alg\":\""u8, 0xFF, .. "\"}"u8]) + ".e30.AAAA"));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("not json")]
    public void Claims_that_are_not_one_JSON_object_are_refused(string claims) => Assert.Null(Verify(Sign(GoodHeader, claims)));

    [Fact, Rfc(7515, "7.1")]
    public void Three_parts_make_a_token()
    {
        var parts = Good.Split('.');
        string[] others =
        [
            "", ".", "..", "...", "....", parts[0], $"{parts[0]}.{parts[1]}", $"{parts[0]}.{parts[1]}.", $".{parts[1]}.{parts[2]}",
            $"{Good}.", $".{Good}", $"{Good}.{parts[2]}", $"{parts[0]}..{parts[2]}",
            $" {Good}", $"{Good} ", $"{Good}=", $"{Good}\n", Good.Replace('.', ','), $"{parts[1]}.{parts[0]}.{parts[2]}",
        ];
        Assert.All(others, token => Assert.Null(Verify(token)));
    }

    [Fact, Rfc(6819, "4.4.1.11")]
    public void A_token_has_a_longest_length()
    {
        var spare = (Jws.MaxLength - Sign(GoodHeader, """{"a":""}""").Length) * 3 / 4;
        Assert.NotNull(Verify(Sign(GoodHeader, $$"""{"a":"{{new string('x', spare - 2)}}"}""")));
        Assert.Null(Verify(Sign(GoodHeader, $$"""{"a":"{{new string('x', spare + 4)}}"}""")));
        Assert.Null(Verify(new string('.', 10_000_000)));
    }

    [Fact, Rfc(7515, "5.2")]
    public void Any_character_altered_makes_a_token_worthless()
    {
        var payload = """{"sub":"alice"}"""u8.ToArray();
        foreach (var token in SigningAlgorithms.All.Select(algorithm => SomeKey.For(algorithm).Token(algorithm, "JWT", payload)))
            Any.Always(
                Gen.Choose(0, token.Length - 1).Zip(Gen.Elements("Aa0_-.=+/ \0é".ToCharArray())),
                change => token[change.Item1] == change.Item2 || Verify(token[..change.Item1] + change.Item2 + token[(change.Item1 + 1)..]) is null,
                times: 300
            );
    }

    private static string GoodHeader => """{"alg":"RS256","typ":"JWT","kid":"KID"}""";

    private static string Good => Sign(GoodHeader);

    private static JsonWebToken? Verify(string token) => Jws.Verify(token, Jws.IdTokenType, SomeKey.Trusted);

    private static string Sign(string header, string claims = "{}") =>
        SomeKey.Rsa.TokenWithHeader("RS256", header.Replace("KID", Kid, StringComparison.Ordinal), claims);

    // Each is honestly signed, and the same with a good header verifies, so that nothing but the header is why.
    private static void AssertRefused(string header)
    {
        Assert.NotNull(Verify(Good));
        Assert.Null(Verify(Sign(header)));
    }
}

using System.Buffers.Text;
using System.Text;
using FsCheck.Fluent;
using Postern.Protocol;

namespace Postern.Tests;

public class StrictTests
{
    [Fact, Rfc(7515, "2")]
    public void A_text_that_decodes_is_the_only_one_that_does() =>
        Any.Always(
            Gen.OneOf(Any.Text, Any.Mangled("AA", "AAA", "AAAA", "_-8", "AQIDBA")),
            text => Strict.Base64UrlOrNull(text) is not { } bytes || Base64Url.EncodeToString(bytes) == text,
            times: 2000
        );

    [Theory, Rfc(4648, "3.5")]
    [InlineData("A")] // no byte has 6 bits
    [InlineData("AAAAA")]
    [InlineData("AB")] // low bits that belong to no byte
    [InlineData("AAB")]
    [InlineData("AA==")]
    [InlineData("AA AA")]
    [InlineData("AAAA\n")]
    [InlineData("AA+A")]
    [InlineData("AA/A")]
    [InlineData("ÀAAA")]
    [InlineData("")]
    [InlineData(null)]
    public void Anything_but_canonical_base64url_is_refused(string? text) => Assert.Null(Strict.Base64UrlOrNull(text));

    [Theory]
    [InlineData("AAA", 2, true)]
    [InlineData("AAA", 1, false)]
    [InlineData("AAA", 3, false)]
    public void A_size_is_exact(string text, int size, bool accepted) => Assert.Equal(accepted, Strict.Base64UrlOrNull(text, size) is not null);

    [Theory, Rfc(8259, "8")]
    [InlineData("{\"a\":\"\\ud800\"}")]
    [InlineData("{\"\\udc00\":1}")]
    [InlineData("{\"a\":{\"b\":[\"\\ud800x\"]}}")]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("{\"a\":{\"b\":1,\"b\":1}}")]
    [InlineData("{\"a\":1,\"\\u0061\":2}")]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}{}")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{}//")]
    [InlineData("\ufeff{}")]
    public void JSON_that_two_readers_could_read_differently_is_refused(string json) =>
        Assert.Null(Strict.JsonObjectOrNull(Encoding.UTF8.GetBytes(json), 8));

    [Fact, Rfc(8259, "8.1")]
    public void JSON_that_is_not_UTF_8_is_refused()
    {
        byte[] json = [.. "{\"a\":\""u8, 0xFF, .. "\"}"u8];
        Assert.Null(Strict.JsonObjectOrNull(json, 8));
    }

    [Theory]
    [InlineData(8, true)]
    [InlineData(9, false)]
    [InlineData(10_000, false)]
    public void JSON_has_a_greatest_depth(int depth, bool accepted)
    {
        var json = string.Concat(Enumerable.Repeat("{\"a\":", depth - 1)) + "{}" + new string('}', depth - 1);
        Assert.Equal(accepted, Strict.JsonObjectOrNull(Encoding.UTF8.GetBytes(json), 8) is not null);
    }

    [Fact]
    public void A_hash_equals_itself_and_nothing_else()
    {
        Assert.True(Strict.HashEquals(Some.Bytes(32), Some.Bytes(32)));
        Assert.False(Strict.HashEquals(Some.Bytes(32), Some.Bytes(32, seed: 2)));
        Assert.False(Strict.HashEquals(Some.Bytes(31), Some.Bytes(32)));
        Assert.False(Strict.HashEquals(null, Some.Bytes(32)));
        Assert.False(Strict.HashEquals(null, []));
    }
}

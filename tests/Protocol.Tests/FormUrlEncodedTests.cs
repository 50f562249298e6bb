using Postern.Protocol;

namespace Postern.Tests;

[Rfc(6749, "B")]
public class FormUrlEncodedTests
{
    [Fact]
    public void The_example_of_the_appendix_is_read()
    {
        var decoded = FormUrlEncoded.Decode("+%25%26%2B%C2%A3%E2%82%AC");
        Assert.Equal(" %&+£€", decoded);
    }

    [Fact]
    public void What_is_encoded_decodes_to_itself() =>
        Any.Always(Any.PrintableText, text => FormUrlEncoded.Decode(FormUrlEncoded.Encode(text)) == text);

    [Fact]
    public void What_is_encoded_is_made_of_unreserved_characters_and_escapes() =>
        Any.Always(Any.Text, text => FormUrlEncoded.Encode(text).All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '~' or '%'));

    [Theory]
    [InlineData("%41", "A")]
    [InlineData("a%41", "aA")]
    [InlineData("%7e%7E", "~~")]
    [InlineData("", "")]
    [InlineData("+", " ")]
    [InlineData("%2B", "+")]
    [InlineData("%2541", "%41")]
    public void An_escape_is_read_once(string encoded, string decoded) => Assert.Equal(decoded, FormUrlEncoded.Decode(encoded));

    [Theory]
    [InlineData("%")]
    [InlineData("a%")]
    [InlineData("%4")]
    [InlineData("a%4")]
    [InlineData("%%41")]
    [InlineData("%g1")]
    [InlineData("%1g")]
    [InlineData("% 4")]
    [InlineData("%+4")]
    [InlineData("%-1")]
    [InlineData("%0x")]
    [InlineData("%u0041")]
    [InlineData("%4\0")]
    public void A_broken_escape_is_refused(string encoded) => Assert.Null(FormUrlEncoded.Decode(encoded));

    [Theory, Rfc(3629, "3")]
    [InlineData("%C0%AF")] // overlong slash
    [InlineData("%C0%80")] // overlong NUL
    [InlineData("%E0%80%AF")]
    [InlineData("%F0%80%80%AF")]
    [InlineData("%ED%A0%80")] // half a surrogate pair
    [InlineData("%F4%90%80%80")] // beyond U+10FFFF
    [InlineData("%80")]
    [InlineData("%C3")]
    [InlineData("%C3%28")]
    [InlineData("%FF")]
    public void Bytes_that_are_not_UTF_8_are_refused(string encoded) => Assert.Null(FormUrlEncoded.Decode(encoded));

    [Theory]
    [InlineData("%00")]
    [InlineData("%0d%0a")]
    [InlineData("%09")]
    [InlineData("%1B")]
    [InlineData("%7F")]
    [InlineData("%C2%85")] // NEL, a line break to some
    [InlineData("\0")]
    [InlineData("a\nb")]
    public void A_control_character_is_refused_escaped_or_not(string encoded) => Assert.Null(FormUrlEncoded.Decode(encoded));

    [Theory]
    [InlineData("%09a%7F%C2%85%00", "\ta\u007f\u0085\0")]
    [InlineData("%E9", null)]
    [InlineData("%", null)]
    public void What_people_type_may_have_any_character(string encoded, string? decoded) => Assert.Equal(decoded, FormUrlEncoded.DecodeText(encoded));

    [Fact]
    public void Bytes_of_a_body_that_was_read_as_Latin_1_are_taken_as_UTF_8()
    {
        Assert.Equal("é", FormUrlEncoded.Decode("\u00c3\u00a9"));
        Assert.Null(FormUrlEncoded.Decode("\u00e9"));
    }

    [Fact]
    public void A_character_that_no_byte_is_is_refused() => Assert.Null(FormUrlEncoded.Decode("€"));

    [Fact]
    public void Pairs_are_joined_by_ampersands_and_their_own_are_escaped() =>
        Assert.Equal("a=1%202&b%26c=%3D", FormUrlEncoded.Encode([("a", "1 2"), ("b&c", "=")]));
}

using Postern.Protocol;

namespace Postern.Tests;

public class HandleTests
{
    public static TheoryData<HandleKind> Kinds => [.. Enum.GetValues<HandleKind>()];

    [Theory, MemberData(nameof(Kinds))]
    public void A_handle_is_read_back_as_it_was_written(HandleKind kind)
    {
        var handle = Some.Handle(kind);
        var read = Handle.TryParse(kind, handle.Encode());
        Assert.NotNull(read);
        Assert.Equal((kind, handle.Row), (read.Kind, read.Row));
        Assert.Equal(handle.Secret, read.Secret);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void No_kind_is_read_as_another(HandleKind kind)
    {
        var text = Some.Handle(kind).Encode();
        Assert.All(Enum.GetValues<HandleKind>().Where(other => other != kind), other => Assert.Null(Handle.TryParse(other, text)));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A_handle_of_one_kind_with_the_prefix_of_another_has_another_secret_size_or_is_that_kind(HandleKind kind)
    {
        var body = Some.Handle(kind).Encode()[4..];
        var asRefreshToken = Handle.TryParse(HandleKind.RefreshToken, "prt_" + body);
        Assert.Equal(kind == HandleKind.RefreshToken, asRefreshToken is not null);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A_handle_cut_anywhere_is_refused(HandleKind kind)
    {
        var text = Some.Handle(kind).Encode();
        Assert.All(Enumerable.Range(0, text.Length), length => Assert.Null(Handle.TryParse(kind, text[..length])));
    }

    [Theory]
    [InlineData("", "=")]
    [InlineData("", "==")]
    [InlineData("", "A")]
    [InlineData("", "AAAA")]
    [InlineData("", " ")]
    [InlineData("", "\n")]
    [InlineData("", "\0")]
    [InlineData(" ", "")]
    [InlineData("p", "")]
    public void A_padded_handle_is_refused(string before, string after) =>
        Assert.Null(Handle.TryParse(HandleKind.AuthorizationCode, before + Some.Handle().Encode() + after));

    [Fact, Rfc(7515, "2")]
    public void The_alphabet_of_base64_is_not_that_of_base64url()
    {
        var handle = new Handle(HandleKind.AuthorizationCode, Some.Row(), [.. Enumerable.Repeat((byte)0xFF, 32)]);
        Assert.Contains('_', handle.Encode()[4..]);
        Assert.Null(Handle.TryParse(HandleKind.AuthorizationCode, "pac_" + handle.Encode()[4..].Replace('_', '/')));
    }

    [Fact]
    public void Any_single_character_altered_names_another_handle_or_none()
    {
        foreach (var kind in Enum.GetValues<HandleKind>())
        {
            var handle = Some.Handle(kind);
            var text = handle.Encode();
            Assert.All(Alterations(text), altered => AssertOtherOrNone(handle, Handle.TryParse(kind, altered), altered));
        }
    }

    [Fact]
    public void A_prefix_in_another_case_is_refused() =>
        Assert.Null(Handle.TryParse(HandleKind.AuthorizationCode, "PAC_" + Some.Handle().Encode()[4..]));

    [Fact, Rfc(6819, "5.1.4.1.3")]
    public void The_text_form_for_logs_has_nothing_of_the_secret()
    {
        var handle = Some.Handle();
        var secret = handle.Encode()[^40..];
        Assert.DoesNotContain(secret, handle.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(secret[..8], $"{handle}", StringComparison.Ordinal);
    }

    [Fact, Rfc(6749, "10.10")]
    public void Every_kind_has_more_than_128_bits_of_secret() =>
        Assert.All(Enum.GetValues<HandleKind>(), kind => Assert.True(Some.Handle(kind).Secret.Length >= 32));

    private static IEnumerable<string> Alterations(string text) =>
        from at in Enumerable.Range(0, text.Length)
        from c in "Aa09-_+/= \0é"
        where text[at] != c
        select text[..at] + c + text[(at + 1)..];

    private static void AssertOtherOrNone(Handle original, Handle? read, string altered)
    {
        if (read is null)
            return;
        Assert.Equal(altered, read.Encode());
        Assert.False(read.Row == original.Row && read.SecretHash.SequenceEqual(original.SecretHash), altered);
    }
}

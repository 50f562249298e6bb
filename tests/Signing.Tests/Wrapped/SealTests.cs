using System.Security.Cryptography;
using Postern.Signing;

namespace Postern.Tests;

public class SealTests
{
    private static readonly byte[] Secret = RandomNumberGenerator.GetBytes(1200);
    private static readonly byte[] Context = Seal.Context("RSA-000001", "k/1", [1, 2, 3]);

    [Fact]
    public void What_was_closed_opens_with_the_content_key_that_the_wrapping_key_unwraps()
    {
        using var wrapping = RSA.Create(2048);

        Assert.Equal(Secret, Open(wrapping, Seal.Close(wrapping, Secret, Context), Context));
    }

    [Fact]
    public void It_takes_a_fresh_content_key_each_time()
    {
        using var wrapping = RSA.Create(2048);
        var (one, other) = (Seal.Close(wrapping, Secret, Context), Seal.Close(wrapping, Secret, Context));

        Assert.NotEqual(ContentKey(wrapping, one), ContentKey(wrapping, other));
        // Smaller than what one property of a table row holds.
        Assert.True(one.Length < 64 * 1024);
    }

    [Fact]
    public void Altered_or_moved_to_another_row_it_does_not_open()
    {
        using var wrapping = RSA.Create(2048);
        var closed = Seal.Close(wrapping, Secret, Context);
        var contentKey = ContentKey(wrapping, closed);

        Assert.ThrowsAny<CryptographicException>(() => Seal.Open(contentKey, closed, Seal.Context("RSA-000002", "k/1", [1, 2, 3])));
        Assert.ThrowsAny<CryptographicException>(() => Seal.Open(contentKey, closed, Seal.Context("RSA-000001", "k/1", [1, 2, 4])));
        for (var at = 3 + 256; at < closed.Length; at += 7)
        {
            var altered = (byte[])closed.Clone();
            altered[at] ^= 1;
            Assert.ThrowsAny<CryptographicException>(() => Seal.Open(contentKey, altered, Context));
        }
    }

    [Fact]
    public void A_row_of_another_form_is_refused_before_the_vault_is_asked()
    {
        Assert.Throws<CryptographicException>(() => Seal.WrappedContentKey([]));
        Assert.Throws<CryptographicException>(() => Seal.WrappedContentKey([1, 0]));
        Assert.Throws<CryptographicException>(() => Seal.WrappedContentKey([1, 1, 0, .. new byte[200]]));
        Assert.Throws<CryptographicException>(() => Seal.WrappedContentKey([2, 0, 1, .. new byte[200]]));
    }

    private static byte[] ContentKey(RSA wrapping, byte[] closed) =>
        wrapping.Decrypt(Seal.WrappedContentKey(closed).Span, RSAEncryptionPadding.OaepSHA256);

    private static byte[] Open(RSA wrapping, byte[] closed, byte[] context) => Seal.Open(ContentKey(wrapping, closed), closed, context);
}

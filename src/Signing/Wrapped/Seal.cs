using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Postern.Signing;

/// <summary>
/// Hybrid encryption of a private key: AES-256-GCM under a random content key, and that one under the vault's RSA key with
/// RSA-OAEP-256, into which PKCS #8 would not fit. Only the vault can open it; anybody with the public half can close it.
/// </summary>
/// <remarks>Layout: format (1), length of the wrapped content key (2, big-endian), wrapped content key, nonce (12), tag (16), ciphertext.</remarks>
internal static class Seal
{
    private const byte Format = 1;
    private const int NonceLength = 12;
    private const int TagLength = 16;

    public static byte[] Close(RSA wrappingKey, ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> context)
    {
        Span<byte> contentKey = stackalloc byte[32];
        RandomNumberGenerator.Fill(contentKey);
        try
        {
            // Here and not in the vault: so the content key crosses the network only when it is opened.
            var wrapped = wrappingKey.Encrypt(contentKey, RSAEncryptionPadding.OaepSHA256);
            var result = new byte[3 + wrapped.Length + NonceLength + TagLength + plaintext.Length];
            result[0] = Format;
            BinaryPrimitives.WriteUInt16BigEndian(result.AsSpan(1), (ushort)wrapped.Length);
            wrapped.CopyTo(result, 3);
            var (nonce, tag, ciphertext) = Body(result, wrapped.Length);
            RandomNumberGenerator.Fill(nonce.Span);
            using var aes = new AesGcm(contentKey, TagLength);
            aes.Encrypt(nonce.Span, plaintext, ciphertext.Span, tag.Span, context);
            return result;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(contentKey);
        }
    }

    /// <summary>The part that the vault unwraps.</summary>
    public static ReadOnlyMemory<byte> WrappedContentKey(byte[] sealedKey) =>
        sealedKey is [Format, _, _, ..] && sealedKey.Length > 3 + WrappedLength(sealedKey) + NonceLength + TagLength
            ? sealedKey.AsMemory(3, WrappedLength(sealedKey))
            : throw new CryptographicException("A stored signing key is not of a form that this version writes.");

    /// <summary>The private key. Throws where the row is not as it was closed. The caller wipes the result.</summary>
    public static byte[] Open(ReadOnlySpan<byte> contentKey, byte[] sealedKey, ReadOnlySpan<byte> context)
    {
        var (nonce, tag, ciphertext) = Body(sealedKey, WrappedLength(sealedKey));
        var plaintext = new byte[ciphertext.Length];
        using var aes = new AesGcm(contentKey, TagLength);
        aes.Decrypt(nonce.Span, ciphertext.Span, tag.Span, plaintext, context);
        return plaintext;
    }

    /// <summary>What a private key is bound to: moved into another row, under another public key, it does not open.</summary>
    public static byte[] Context(string name, string wrappingKey, byte[] publicKey) =>
        [.. Encoding.UTF8.GetBytes($"postern signing key\n{name}\n{wrappingKey}\n"), .. publicKey];

    private static int WrappedLength(byte[] sealedKey) => BinaryPrimitives.ReadUInt16BigEndian(sealedKey.AsSpan(1));

    private static (Memory<byte> Nonce, Memory<byte> Tag, Memory<byte> Ciphertext) Body(byte[] sealedKey, int wrappedLength)
    {
        var body = sealedKey.AsMemory(3 + wrappedLength);
        return (body[..NonceLength], body.Slice(NonceLength, TagLength), body[(NonceLength + TagLength)..]);
    }
}

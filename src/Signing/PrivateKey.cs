using System.Security.Cryptography;
using Postern.Protocol;

namespace Postern.Signing;

/// <summary>A private key in memory: RSA, or EC on P-256.</summary>
internal sealed class PrivateKey : IDisposable
{
    private readonly AsymmetricAlgorithm key;

    /// <summary>Takes the key over and disposes of it.</summary>
    public PrivateKey(AsymmetricAlgorithm key)
    {
        this.key = key;
        PublicKey = PublicKeyOf(key);
    }

    public Jwk PublicKey { get; }

    /// <param name="keyType"><c>kty</c>.</param>
    public static PrivateKey Create(string keyType) =>
        new(keyType == Jwk.Rsa ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>Reads PKCS #8. The caller wipes it.</summary>
    public static PrivateKey FromPkcs8(string keyType, ReadOnlySpan<byte> pkcs8)
    {
        var key = Empty(keyType);
        key.ImportPkcs8PrivateKey(pkcs8, out _);
        return IsOurs(key) ? new(key) : throw new CryptographicException("not a key of this server's kind");
    }

    /// <summary>Reads a public key from SubjectPublicKeyInfo; null where it is none of that type.</summary>
    public static Jwk? ReadPublicKey(string keyType, ReadOnlySpan<byte> subjectPublicKeyInfo)
    {
        using var key = Empty(keyType);
        try
        {
            key.ImportSubjectPublicKeyInfo(subjectPublicKeyInfo, out _);
        }
        catch (CryptographicException)
        {
            return null;
        }
        return IsOurs(key) ? PublicKeyOf(key) : null;
    }

    /// <summary>The caller wipes it.</summary>
    public byte[] ToPkcs8() => key.ExportPkcs8PrivateKey();

    public byte[] ToSubjectPublicKeyInfo() => key.ExportSubjectPublicKeyInfo();

    /// <summary>Signs claims as a JWT.</summary>
    public ValueTask<string> SignAsync(string algorithm, string type, ReadOnlyMemory<byte> claims) =>
        Jws.SignAsync(algorithm, type, PublicKey.KeyId, claims, input => new(Sign(algorithm, input)));

    public void Dispose() => key.Dispose();

    private byte[] Sign(string algorithm, byte[] input) =>
        (algorithm, key) switch
        {
            (SigningAlgorithms.RS256, RSA rsa) => rsa.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            (SigningAlgorithms.PS256, RSA rsa) => rsa.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
            (SigningAlgorithms.ES256, ECDsa ec) => ec.SignData(input, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
            _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "not an algorithm of this key"),
        };

    // As Create makes them.
    private static bool IsOurs(AsymmetricAlgorithm key) => key is RSA ? key.KeySize >= 2048 : key.KeySize == 256;

    private static AsymmetricAlgorithm Empty(string keyType) => keyType == Jwk.Rsa ? RSA.Create() : ECDsa.Create();

    private static Jwk PublicKeyOf(AsymmetricAlgorithm key)
    {
        if (key is RSA rsa)
        {
            var parameters = rsa.ExportParameters(includePrivateParameters: false);
            return Jwk.FromRsa(parameters.Modulus!, parameters.Exponent!);
        }
        var point = ((ECDsa)key).ExportParameters(includePrivateParameters: false).Q;
        return Jwk.FromP256(point.X!, point.Y!);
    }
}

using System.Security.Cryptography;
using System.Text;
using Postern.Protocol;

namespace Postern.Signing;

/// <summary>Signs with keys in memory: one RSA and one P-256 key.</summary>
public sealed class LocalSigner : ISigner, IDisposable
{
    private readonly RSA rsa;
    private readonly ECDsa ec;
    private readonly Jwk rsaKey;
    private readonly Jwk ecKey;

    /// <summary>Takes over both keys and disposes of them.</summary>
    public LocalSigner(RSA rsa, ECDsa ec)
    {
        (this.rsa, this.ec) = (rsa, ec);
        var rsaPublic = rsa.ExportParameters(includePrivateParameters: false);
        var ecPublic = ec.ExportParameters(includePrivateParameters: false);
        rsaKey = Jwk.FromRsa(rsaPublic.Modulus!, rsaPublic.Exponent!);
        ecKey = Jwk.FromP256(ecPublic.Q.X!, ecPublic.Q.Y!);
    }

    public ValueTask<string> SignAsync(string algorithm, string type, ReadOnlyMemory<byte> claims, CancellationToken cancellation)
    {
        var key = SigningAlgorithms.KeyTypeOf(algorithm) == Jwk.Rsa ? rsaKey : ecKey;
        var input = Jws.SigningInput(algorithm, type, key.KeyId, claims.Span);
        return new(Jws.Compact(input, Sign(algorithm, Encoding.ASCII.GetBytes(input))));
    }

    public ValueTask<IReadOnlyList<Jwk>> PublishedKeysAsync(CancellationToken cancellation) => new([rsaKey, ecKey]);

    public void Dispose()
    {
        rsa.Dispose();
        ec.Dispose();
    }

    private byte[] Sign(string algorithm, byte[] input) =>
        algorithm switch
        {
            SigningAlgorithms.RS256 => rsa.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            SigningAlgorithms.PS256 => rsa.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
            _ => ec.SignData(input, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
        };
}

using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Postern.Protocol;

namespace Postern.Tests;

/// <summary>A key pair that signs what a test wants signed, right or wrong.</summary>
internal sealed class SomeKey
{
    private readonly RSA? rsa;
    private readonly ECDsa? ec;

    private SomeKey(RSA key)
    {
        rsa = key;
        var parameters = key.ExportParameters(includePrivateParameters: false);
        Jwk = Jwk.FromRsa(parameters.Modulus!, parameters.Exponent!);
    }

    private SomeKey(ECDsa key)
    {
        ec = key;
        var parameters = key.ExportParameters(includePrivateParameters: false);
        Jwk = Jwk.FromP256(parameters.Q.X!, parameters.Q.Y!);
    }

    public static SomeKey Rsa { get; } = new(RSA.Create(2048));

    public static SomeKey Ec { get; } = new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>One that nobody trusts.</summary>
    public static SomeKey Strange { get; } = new(RSA.Create(2048));

    public static IReadOnlyList<Jwk> Trusted => [Rsa.Jwk, Ec.Jwk];

    public Jwk Jwk { get; }

    /// <summary>The public key as it stands in a JWK Set.</summary>
    public string Json
    {
        get
        {
            using var stream = new MemoryStream();
            using (var writer = new Utf8JsonWriter(stream))
                Jwk.Write(writer);
            return Encoding.UTF8.GetString(stream.ToArray());
        }
    }

    public static SomeKey For(string algorithm) => SigningAlgorithms.KeyTypeOf(algorithm) == Jwk.Rsa ? Rsa : Ec;

    public byte[] Sign(string algorithm, byte[] input) =>
        algorithm switch
        {
            SigningAlgorithms.RS256 => rsa!.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            SigningAlgorithms.PS256 => rsa!.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
            _ => ec!.SignData(input, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
        };

    /// <summary>As the server signs.</summary>
    public string Token(string algorithm, string type, byte[] claims) =>
        Jws.SignAsync(algorithm, type, Jwk.KeyId, claims, input => new(Sign(algorithm, input))).AsTask().Result;

    /// <summary>With a header of the test's making, honestly signed.</summary>
    public string TokenWithHeader(string algorithm, string header, string claims = "{}") =>
        TokenWithHeader(algorithm, Encoding.UTF8.GetBytes(header), claims);

    public string TokenWithHeader(string algorithm, byte[] header, string claims = "{}")
    {
        var input = $"{Encode(header)}.{Encode(Encoding.UTF8.GetBytes(claims))}";
        return $"{input}.{Encode(Sign(algorithm, Encoding.ASCII.GetBytes(input)))}";
    }

    private static string Encode(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}

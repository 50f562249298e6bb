using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Postern.Protocol;

/// <summary>The public half of a signing key (RFC 7517 §4, RFC 7518 §6): RSA, or EC on P-256. It has nowhere to keep a private member.</summary>
public sealed record Jwk
{
    public const string Rsa = "RSA";
    public const string EllipticCurve = "EC";

    private readonly RSAParameters rsa;
    private readonly ECParameters ec;
    private readonly Lazy<SecurityKey> securityKey;

    private Jwk(string keyType, RSAParameters rsa, ECParameters ec)
    {
        (KeyType, this.rsa, this.ec) = (keyType, rsa, ec);
        KeyId = Thumbprint();
        securityKey = new Lazy<SecurityKey>(MakeSecurityKey);
    }

    /// <summary><c>kty</c>.</summary>
    public string KeyType { get; }

    /// <summary><c>kid</c>: the SHA-256 thumbprint (RFC 7638 §3).</summary>
    public string KeyId { get; }

    /// <param name="modulus">Big-endian without leading zeros; 2048 bits or more.</param>
    /// <param name="exponent">Big-endian without leading zeros.</param>
    public static Jwk FromRsa(byte[] modulus, byte[] exponent) =>
        new(Rsa, new RSAParameters { Modulus = modulus, Exponent = exponent }, default);

    /// <param name="x">32 bytes.</param>
    /// <param name="y">32 bytes.</param>
    public static Jwk FromP256(byte[] x, byte[] y) =>
        new(EllipticCurve, default, new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = x, Y = y } });

    /// <summary>Whether the signature is this key's.</summary>
    /// <returns>False, never an exception, for another key type, an unknown algorithm or a malformed signature.</returns>
    public bool Verifies(string algorithm, byte[] signed, byte[] signature)
    {
        if (!SigningAlgorithms.All.Contains(algorithm) || SigningAlgorithms.KeyTypeOf(algorithm) != KeyType)
            return false;
        // The library throws for nothing.
        if (signed.Length == 0 || signature.Length == 0)
            return false;
        var verifying = CryptoProviderFactory.Default.CreateForVerifying(SecurityKey, algorithm);
        try
        {
            return verifying.Verify(signed, signature);
        }
        finally
        {
            CryptoProviderFactory.Default.ReleaseSignatureProvider(verifying);
        }
    }

    /// <summary>The key as validation takes it, made once: what is ready to verify is kept with it.</summary>
    internal SecurityKey SecurityKey => securityKey.Value;

    /// <summary>Writes the key as a member of a JWK Set. An RSA key serves RS256 and PS256, so it names no <c>alg</c>.</summary>
    public void Write(Utf8JsonWriter writer) => Write(writer, KeyId, KeyType == EllipticCurve ? SigningAlgorithms.ES256 : null);

    /// <summary>The same with another <c>kid</c> and <c>alg</c>, or without.</summary>
    internal void Write(Utf8JsonWriter writer, string? keyId, string? algorithm)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in RequiredMembers())
            writer.WriteString(name, value);
        if (keyId is not null)
            writer.WriteString("kid", keyId);
        writer.WriteString("use", "sig");
        if (algorithm is not null)
            writer.WriteString("alg", algorithm);
        writer.WriteEndObject();
    }

    public bool Equals(Jwk? other) => other?.KeyId == KeyId;

    public override int GetHashCode() => KeyId.GetHashCode(StringComparison.Ordinal);

    private SecurityKey MakeSecurityKey() =>
        KeyType == EllipticCurve ? new ECDsaSecurityKey(ECDsa.Create(ec)) { KeyId = KeyId } : new RsaSecurityKey(rsa) { KeyId = KeyId };

    // RFC 7638 §3.2: the required members only, in lexicographic order, without white space.
    private string Thumbprint()
    {
        var json = string.Join(',', RequiredMembers().Select(member => $"\"{member.Name}\":\"{member.Value}\""));
        return Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes($"{{{json}}}")));
    }

    private IEnumerable<(string Name, string Value)> RequiredMembers() =>
        KeyType == Rsa
            ? [("e", Base64Url.EncodeToString(rsa.Exponent)), ("kty", Rsa), ("n", Base64Url.EncodeToString(rsa.Modulus))]
            :
            [
                ("crv", "P-256"),
                ("kty", EllipticCurve),
                ("x", Base64Url.EncodeToString(ec.Q.X)),
                ("y", Base64Url.EncodeToString(ec.Q.Y)),
            ];
}

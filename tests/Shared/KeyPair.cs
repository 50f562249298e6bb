using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Postern.Tests;

/// <summary>A key pair of somebody else, and what they sign: also what no library would.</summary>
public sealed class KeyPair(string keyType, string? keyId = "the-kid")
{
    private readonly RSA? rsa = keyType == "RSA" ? RSA.Create(2048) : null;
    private readonly ECDsa? ec = keyType == "EC" ? ECDsa.Create(ECCurve.NamedCurves.nistP256) : null;

    /// <summary>Made once for all tests: RSA keys take a while.</summary>
    public static KeyPair Rsa { get; } = new("RSA");

    public static KeyPair Ec { get; } = new("EC");

    /// <summary>The algorithm that it signs with unless told otherwise.</summary>
    public string Algorithm => rsa is null ? "ES256" : "RS256";

    /// <summary>The public half (RFC 7517 §4), with other members where given.</summary>
    public JsonObject Jwk(params (string Name, string? Value)[] members)
    {
        var jwk = rsa?.ExportParameters(false) is { } key
            ? new JsonObject { ["kty"] = "RSA", ["n"] = Text(key.Modulus!), ["e"] = Text(key.Exponent!) }
            : new JsonObject { ["kty"] = "EC", ["crv"] = "P-256", ["x"] = Text(Point.X!), ["y"] = Text(Point.Y!) };
        if (keyId is not null)
            jwk["kid"] = keyId;
        foreach (var (name, value) in members)
            jwk[name] = value;
        return jwk;
    }

    /// <summary>A JWK Set of the public halves.</summary>
    public static string Jwks(params KeyPair[] keys) => new JsonObject { ["keys"] = new JsonArray([.. keys.Select(key => key.Jwk())]) }.ToJsonString();

    /// <summary>A JWT of these claims, in which a null is left out.</summary>
    public string Sign(IEnumerable<KeyValuePair<string, object?>> claims, string? algorithm = null, params (string Name, object? Value)[] header)
    {
        var members = new Dictionary<string, object?> { ["alg"] = algorithm ?? Algorithm, ["typ"] = "JWT", ["kid"] = keyId };
        foreach (var (name, value) in header)
            members[name] = value;
        return Sign(Json(members), Json(claims), algorithm ?? Algorithm);
    }

    /// <summary>The same of any text.</summary>
    public string Sign(string header, string claims, string? algorithm = null)
    {
        var signed = $"{Text(Encoding.UTF8.GetBytes(header))}.{Text(Encoding.UTF8.GetBytes(claims))}";
        return $"{signed}.{Text(Signature(Encoding.ASCII.GetBytes(signed), algorithm ?? Algorithm))}";
    }

    private byte[] Signature(byte[] signed, string algorithm) =>
        algorithm switch
        {
            "ES256" => ec!.SignData(signed, HashAlgorithmName.SHA256),
            "PS256" => rsa!.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
            "RS512" => rsa!.SignData(signed, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1),
            // With what everybody knows as the secret: RFC 8725 §2.1.
            "HS256" => HMACSHA256.HashData(rsa!.ExportSubjectPublicKeyInfo(), signed),
            "none" => [0],
            _ => rsa!.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        };

    private ECPoint Point => ec!.ExportParameters(false).Q;

    private static string Json(IEnumerable<KeyValuePair<string, object?>> members) =>
        JsonSerializer.Serialize(members.Where(member => member.Value is not null).ToDictionary(member => member.Key, member => member.Value));

    private static string Text(byte[] bytes) => Base64Url.EncodeToString(bytes);
}

using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace Postern.Local;

/// <summary>One version of a key in the test vault: RSA of 2048 bits or EC on P-256.</summary>
internal sealed class VaultKey(string name, string version, string keyType, DateTimeOffset createdAt) : IDisposable
{
    // Generating an RSA key takes a noticeable while, and most versions are listed but never used.
    private readonly Lazy<RSA>? rsa = keyType == "RSA" ? new(() => RSA.Create(2048)) : null;
    private readonly Lazy<ECDsa>? ec = keyType == "EC" ? new(() => ECDsa.Create(ECCurve.NamedCurves.nistP256)) : null;

    public DateTimeOffset CreatedAt { get; } = createdAt;

    public string Version => version;

    public string KeyType => keyType;

    public bool Enabled { get; set; } = true;

    public DateTimeOffset UpdatedAt { get; set; } = createdAt;

    public DateTimeOffset? NotBefore { get; set; }

    public DateTimeOffset? ExpiresAt { get; set; }

    public string IdAt(Uri vault) => $"{vault}keys/{name}/{version}";

    /// <summary>Why it may not sign or wrap now. Unwrapping asks only whether it is enabled.</summary>
    public VaultError? Refuses(string operation, DateTimeOffset now)
    {
        if (!Enabled)
            return VaultError.Forbidden("KeyDisabled", $"Operation {operation} is not allowed on a disabled key.");
        if (operation == "unwrapkey")
            return null;
        if (now < NotBefore)
            return VaultError.Forbidden("KeyNotYetValid", $"Operation {operation} is not allowed before the key's activation date.");
        return ExpiresAt <= now ? VaultError.Forbidden("KeyExpired", $"Operation {operation} is not allowed on an expired key.") : null;
    }

    public (byte[]? Result, VaultError? Error) Operate(string operation, string? algorithm, byte[] value) =>
        (operation, algorithm) switch
        {
            ("sign", "RS256" or "PS256" or "ES256") when value.Length != 32 => (null, VaultError.BadParameter(
                $"Invalid length of 'value': {value.Length} bytes. {algorithm} requires 32 bytes, encoded with base64url.")),
            ("sign", "RS256") when rsa is not null => (rsa.Value.SignHash(value, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), null),
            ("sign", "PS256") when rsa is not null => (rsa.Value.SignHash(value, HashAlgorithmName.SHA256, RSASignaturePadding.Pss), null),
            ("sign", "ES256") when ec is not null => (ec.Value.SignHash(value, DSASignatureFormat.IeeeP1363FixedFieldConcatenation), null),
            ("wrapkey", "RSA-OAEP-256") when rsa is not null => (rsa.Value.Encrypt(value, RSAEncryptionPadding.OaepSHA256), null),
            ("unwrapkey", "RSA-OAEP-256") when rsa is not null => Unwrap(value),
            _ => (null, VaultError.BadParameter(
                "Key and signing algorithm are incompatible. "
                + $"Key https://vault/keys/{name} is of type '{keyType}', and algorithm is '{algorithm}'.")),
        };

    /// <summary>The key bundle.</summary>
    public void Write(Utf8JsonWriter writer, Uri vault)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("key");
        writer.WriteString("kid", IdAt(vault));
        writer.WriteString("kty", keyType);
        foreach (var (member, value) in PublicMembers())
            writer.WriteString(member, Base64Url.EncodeToString(value));
        if (ec is not null)
            writer.WriteString("crv", "P-256");
        writer.WriteEndObject();
        WriteAttributes(writer);
        writer.WriteEndObject();
    }

    /// <summary>The item of a list of versions, which carries no key.</summary>
    public void WriteItem(Utf8JsonWriter writer, Uri vault)
    {
        writer.WriteStartObject();
        writer.WriteString("kid", IdAt(vault));
        WriteAttributes(writer);
        writer.WriteEndObject();
    }

    public void Dispose()
    {
        if (rsa is { IsValueCreated: true })
            rsa.Value.Dispose();
        if (ec is { IsValueCreated: true })
            ec.Value.Dispose();
    }

    private (byte[]?, VaultError?) Unwrap(byte[] value)
    {
        try
        {
            return (rsa!.Value.Decrypt(value, RSAEncryptionPadding.OaepSHA256), null);
        }
        catch (CryptographicException)
        {
            return (null, VaultError.BadParameter("The parameter is incorrect."));
        }
    }

    private IEnumerable<(string Member, byte[] Value)> PublicMembers()
    {
        if (rsa is not null)
        {
            var parameters = rsa.Value.ExportParameters(includePrivateParameters: false);
            return [("n", parameters.Modulus!), ("e", parameters.Exponent!)];
        }
        var point = ec!.Value.ExportParameters(includePrivateParameters: false).Q;
        return [("x", point.X!), ("y", point.Y!)];
    }

    private void WriteAttributes(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("attributes");
        writer.WriteBoolean("enabled", Enabled);
        writer.WriteNumber("created", CreatedAt.ToUnixTimeSeconds());
        writer.WriteNumber("updated", UpdatedAt.ToUnixTimeSeconds());
        if (NotBefore is { } from)
            writer.WriteNumber("nbf", from.ToUnixTimeSeconds());
        if (ExpiresAt is { } end)
            writer.WriteNumber("exp", end.ToUnixTimeSeconds());
        writer.WriteString("recoveryLevel", "Recoverable+Purgeable");
        writer.WriteEndObject();
    }
}

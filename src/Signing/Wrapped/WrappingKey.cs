using System.Security.Cryptography;
using Postern.Storage;

namespace Postern.Signing;

/// <summary>The vault's RSA key under which signing keys are stored. Closing is done here with its public half, opening by the vault.</summary>
internal sealed class WrappingKey(KeyVault vault, string name, TimeProvider clock)
{
    /// <summary>The newest version, as name and version, and its public half, which the caller disposes of.</summary>
    public async Task<(string Id, RSA PublicKey)> NewestAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var key = await vault.FindAsync(name, null, KeyVaultErrors.EncryptionUser, cancellation);
        var isGood = key is { Properties.Enabled: true } && !(key.Properties.NotBefore > now) && !(key.Properties.ExpiresOn <= now);
        return isGood && key is { Key.N.Length: >= 256 } && key.KeyType.ToString() is "RSA" or "RSA-HSM"
            ? (KeyVaultKeyId.Of(key.Properties).ToString(), RSA.Create(new RSAParameters { Modulus = key.Key.N, Exponent = key.Key.E }))
            : throw new SigningKeyException(
                $"The newest version of the wrapping key \"{name}\" in {vault.Address} must be an enabled and valid RSA key of 2048 bits. "
                + $"Create one with: az keyvault key create --vault-name {vault.Address.Host.Split('.')[0]} --name {name} "
                + "--kty RSA --size 2048 --ops wrapKey unwrapKey");
    }

    /// <summary>Generates a signing key and wraps it; the private half does not outlive this call.</summary>
    public async Task<KeyRow> CreateAsync(string keyType, int generation, CancellationToken cancellation)
    {
        var (id, publicKey) = await NewestAsync(cancellation);
        using var wrapping = publicKey;
        using var signing = PrivateKey.Create(keyType);
        var key = new KeyRow
        {
            KeyType = keyType,
            Generation = generation,
            CreatedAt = clock.GetUtcNow(),
            PublicKey = signing.ToSubjectPublicKeyInfo(),
            WrappingKey = id,
            Sealed = [],
        };
        return Close(key, wrapping, signing.ToPkcs8());
    }

    /// <summary>One call to the vault.</summary>
    /// <exception cref="CryptographicException">The row is not as this server's kind wrote it.</exception>
    public async Task<PrivateKey> OpenAsync(KeyRow key, CancellationToken cancellation)
    {
        var pkcs8 = await OpenPkcs8Async(key, cancellation);
        try
        {
            return Fitting(PrivateKey.FromPkcs8(key.KeyType, pkcs8), key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }

    /// <summary>The same key under the newest version of the wrapping key.</summary>
    public async Task<KeyRow> RewrapAsync(KeyRow key, string id, RSA wrapping, CancellationToken cancellation) =>
        Close(key with { WrappingKey = id }, wrapping, await OpenPkcs8Async(key, cancellation));

    private async Task<byte[]> OpenPkcs8Async(KeyRow key, CancellationToken cancellation)
    {
        var contentKey = await vault.UnwrapAsync(VersionOf(key), Seal.WrappedContentKey(key.Sealed), cancellation);
        try
        {
            return Seal.Open(contentKey, key.Sealed, Seal.Context(key.Name, key.WrappingKey, key.PublicKey));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(contentKey);
        }
    }

    // Another key of the vault may be one whose public half everybody has.
    private KeyVaultKeyId VersionOf(KeyRow key) =>
        KeyVaultKeyId.TryParse(key.WrappingKey) is { } id && id.Name == name ? id : throw new CryptographicException("wrapped by another key");

    private static PrivateKey Fitting(PrivateKey opened, KeyRow key)
    {
        if (opened.ToSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.PublicKey))
            return opened;
        opened.Dispose();
        throw new CryptographicException("the private key is another's");
    }

    private static KeyRow Close(KeyRow key, RSA wrapping, byte[] pkcs8)
    {
        try
        {
            return key with { Sealed = Seal.Close(wrapping, pkcs8, Seal.Context(key.Name, key.WrappingKey, key.PublicKey)) };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }
}

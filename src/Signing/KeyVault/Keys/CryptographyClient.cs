using System.Buffers.Text;

namespace Azure.Security.KeyVault.Keys.Cryptography;

/// <summary>What one version of a key does in the vault.</summary>
internal sealed class CryptographyClient(KeyClient client, string path)
{
    /// <summary>Signs a digest. EC signatures come as R and S (RFC 7518 §3.4), fit for a JWS as they are.</summary>
    public Task<SignResult> SignAsync(SignatureAlgorithm algorithm, byte[] digest, CancellationToken cancellationToken = default) =>
        OperateAsync("sign", algorithm.Value, digest, (keyId, value) => new SignResult(keyId, value), cancellationToken);

    public Task<UnwrapResult> UnwrapKeyAsync(KeyWrapAlgorithm algorithm, byte[] encryptedKey, CancellationToken cancellationToken = default) =>
        OperateAsync("unwrapkey", algorithm.Value, encryptedKey, (keyId, value) => new UnwrapResult(keyId, value), cancellationToken);

    private async Task<T> OperateAsync<T>(
        string operation, string algorithm, byte[] value, Func<string, byte[], T> result, CancellationToken cancellation)
    {
        var body = $$"""{"alg":"{{algorithm}}","value":"{{Base64Url.EncodeToString(value)}}"}""";
        var (keyId, answer) = KeyVaultJson.ReadResult(await client.PostAsync($"{path}/{operation}", body, cancellation));
        return result(keyId, answer);
    }
}

internal sealed record SignResult(string KeyId, byte[] Signature);

internal sealed record UnwrapResult(string KeyId, byte[] Key);

internal readonly record struct SignatureAlgorithm(string Value);

internal readonly record struct KeyWrapAlgorithm(string Value)
{
    public static KeyWrapAlgorithm RsaOaep256 => new("RSA-OAEP-256");
}

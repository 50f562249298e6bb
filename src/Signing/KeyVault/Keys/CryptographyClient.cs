namespace Azure.Security.KeyVault.Keys.Cryptography;

/// <summary>What one version of a key does in the vault.</summary>
internal sealed class CryptographyClient(KeyClient client, string path)
{
    /// <summary>Signs a digest. EC signatures come as R and S (RFC 7518 §3.4), fit for a JWS as they are.</summary>
    public async Task<SignResult> SignAsync(SignatureAlgorithm algorithm, byte[] digest, CancellationToken cancellationToken = default)
    {
        var (keyId, signature) = await OperateAsync("sign", algorithm.ToString(), digest, cancellationToken);
        return new SignResult(keyId, signature);
    }

    public async Task<UnwrapResult> UnwrapKeyAsync(KeyWrapAlgorithm algorithm, byte[] encryptedKey, CancellationToken cancellationToken = default)
    {
        var (keyId, key) = await OperateAsync("unwrapkey", algorithm.ToString(), encryptedKey, cancellationToken);
        return new UnwrapResult(keyId, key);
    }

    private async Task<(string KeyId, byte[] Value)> OperateAsync(
        string operation, string algorithm, byte[] value, CancellationToken cancellation)
    {
        var response = await client.PostAsync($"{path}/{operation}", KeyVaultJson.WriteOperation(algorithm, value), cancellation);
        return KeyVaultJson.ReadResult(response.Content.ToMemory());
    }
}

internal sealed record SignResult(string KeyId, byte[] Signature);

internal sealed record UnwrapResult(string KeyId, byte[] Key);

internal readonly record struct SignatureAlgorithm(string Value)
{
    public override string ToString() => Value;
}

internal readonly record struct KeyWrapAlgorithm(string Value)
{
    public static KeyWrapAlgorithm RsaOaep256 => new("RSA-OAEP-256");

    public override string ToString() => Value;
}

using System.Security.Cryptography;
using System.Text.Json;
using Azure;
using Azure.Core;
using Azure.Security.KeyVault.Keys;
using Azure.Security.KeyVault.Keys.Cryptography;

namespace Postern.Signing;

/// <summary>The few operations of Key Vault that signing needs, and what is to be believed of its answers. Knows nothing of tokens.</summary>
public sealed class KeyVault
{
    // More pages than a key can have versions in years; a vault that goes on for ever is not believed.
    private const int MostPages = 40;

    private readonly KeyClient client;
    private readonly TimeSpan patience;

    /// <param name="vault">Its address: <c>https://name.vault.azure.net</c>; http on a loopback address only.</param>
    /// <param name="credential">Who asks.</param>
    /// <param name="options">How patiently.</param>
    public KeyVault(Uri vault, TokenCredential credential, KeyVaultOptions? options = null)
    {
        Address = vault;
        options ??= new KeyVaultOptions();
        patience = options.Patience;
        options.RetryPolicy = new KeyVaultRetryPolicy(options);
        options.AddPolicy(new KeyVaultHostPolicy(vault), HttpPipelinePosition.PerCall);
        client = new KeyClient(vault, credential, options);
    }

    internal Uri Address { get; }

    /// <summary>One version of a key with its public half; the newest where no version is named. Null where there is none.</summary>
    internal Task<KeyVaultKey?> FindAsync(string name, string? version, string role, CancellationToken cancellation) =>
        OrNull(AskAsync(
            async token => Checked((await client.GetKeyAsync(name, version, token)).Value), new("get", name, role), cancellation));

    /// <summary>All versions of a key, in no particular order. None where there is no such key.</summary>
    internal async Task<IReadOnlyList<KeyProperties>> VersionsAsync(string name, string role, CancellationToken cancellation)
    {
        var versions = new List<KeyProperties>();
        using var deadline = Deadline(cancellation);
        await using var pages = client.GetPropertiesOfKeyVersionsAsync(name, deadline.Token).AsPages().GetAsyncEnumerator(deadline.Token);
        for (var page = 0; page < MostPages; page++)
        {
            var reading = AskAsync(_ => NextAsync(pages), new("list versions", name, role), cancellation);
            // A list that breaks off is not the whole list.
            if ((page == 0 ? await OrNull(reading) : await reading) is not { } found)
                return [];
            versions.AddRange(found);
            if (pages.Current.ContinuationToken is null)
                return versions;
        }
        throw new InvalidDataException($"The key \"{name}\" has more than {versions.Count} versions.");
    }

    /// <summary>Signs a SHA-256 digest. EC signatures come as R and S (RFC 7518 §3.4), fit for a JWS as they are.</summary>
    internal async Task<byte[]> SignAsync(KeyVaultKeyId key, string algorithm, byte[] digest, CancellationToken cancellation)
    {
        var signing = client.GetCryptographyClient(key.Name, key.Version);
        var result = await AskAsync(
            token => signing.SignAsync(new SignatureAlgorithm(algorithm), digest, token),
            new("sign", key.ToString(), KeyVaultErrors.CryptoUser), cancellation);
        return ResultOf(key, result.KeyId, result.Signature);
    }

    /// <summary>Unwraps with RSA-OAEP-256. The caller wipes the result.</summary>
    internal async Task<byte[]> UnwrapAsync(KeyVaultKeyId key, ReadOnlyMemory<byte> wrapped, CancellationToken cancellation)
    {
        var unwrapping = client.GetCryptographyClient(key.Name, key.Version);
        var result = await AskAsync(
            token => unwrapping.UnwrapKeyAsync(KeyWrapAlgorithm.RsaOaep256, wrapped.ToArray(), token),
            new("unwrapkey", key.ToString(), KeyVaultErrors.EncryptionUser), cancellation);
        return ResultOf(key, result.KeyId, result.Key);
    }

    /// <summary>Gives a key a new version by its rotation policy.</summary>
    internal Task RotateAsync(string name, CancellationToken cancellation) =>
        AskAsync(token => client.RotateKeyAsync(name, token), new("rotate", name, KeyVaultErrors.CryptoOfficer), cancellation);

    internal Task DisableAsync(KeyVaultKeyId key, CancellationToken cancellation)
    {
        var disabled = new KeyProperties(new Uri(Address, $"keys/{key}")) { Enabled = false };
        return AskAsync(
            token => client.UpdateKeyPropertiesAsync(disabled, cancellationToken: token),
            new("update", key.Name, KeyVaultErrors.CryptoOfficer), cancellation);
    }

    private static async Task<IReadOnlyList<KeyProperties>> NextAsync(IAsyncEnumerator<Page<KeyProperties>> pages)
    {
        await pages.MoveNextAsync();
        return [.. pages.Current.Values.Select(Checked)];
    }

    private async Task<T> AskAsync<T>(Func<CancellationToken, Task<T>> ask, Purpose purpose, CancellationToken cancellation)
    {
        using var deadline = Deadline(cancellation);
        try
        {
            return await ask(deadline.Token);
        }
        catch (RequestFailedException e) when (e.GetRawResponse() is { } response)
        {
            throw KeyVaultErrors.From(response, Address, purpose.Operation, purpose.Name, purpose.Role);
        }
        catch (Exception e)
            when (!cancellation.IsCancellationRequested
                && e is AggregateException or OperationCanceledException or RequestFailedException or IOException or HttpRequestException)
        {
            // Whoever waits for a token need not care whether the vault is throttling, restarting or cut off.
            throw new KeyVaultException(503, $"Key Vault at {Address.Host} cannot be reached.", "Unreachable", e);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw KeyVaultErrors.Unreadable(Address, e);
        }
    }

    private CancellationTokenSource Deadline(CancellationToken cancellation)
    {
        var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(patience);
        return deadline;
    }

    // RFC 7518 §6.3.1: without leading zeros, or the thumbprint would be another, and a short key pass for a longer one.
    private static KeyVaultKey Checked(KeyVaultKey key)
    {
        Checked(key.Properties);
        (key.Key.N, key.Key.E) = (Trimmed(key.Key.N), Trimmed(key.Key.E));
        return key;
    }

    private static KeyProperties Checked(KeyProperties version)
    {
        _ = KeyVaultKeyId.Of(version);
        return version.CreatedOn is not null ? version : throw new FormatException("a key without its time of creation");
    }

    private static byte[]? Trimmed(byte[]? integer) => integer?.SkipWhile(octet => octet == 0).ToArray();

    /// <summary>The value, if it is of the version that was asked.</summary>
    internal static byte[] ResultOf(KeyVaultKeyId key, string keyId, byte[] value)
    {
        if (keyId.EndsWith($"/keys/{key}", StringComparison.Ordinal))
            return value;
        CryptographicOperations.ZeroMemory(value);
        throw new InvalidDataException($"Key Vault answered for another key than {key}.");
    }

    private static async Task<T?> OrNull<T>(Task<T> found) where T : class
    {
        try
        {
            return await found;
        }
        // Any other 404 is of something in between, and says nothing of keys.
        catch (KeyVaultException e) when (e is { Status: 404, ErrorCode: "KeyNotFound" })
        {
            return null;
        }
    }

    private readonly record struct Purpose(string Operation, string Name, string Role);
}

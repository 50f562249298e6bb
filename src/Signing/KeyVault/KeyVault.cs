using System.Text.Json;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Postern.Signing;

/// <summary>The few operations of Key Vault's REST interface that signing needs. Knows the wire and nothing of tokens.</summary>
public sealed class KeyVault
{
    private const string ApiVersion = "2025-07-01";

    // More pages than a key can have versions in years; a vault that goes on for ever is not believed.
    private const int MostPages = 40;

    private readonly Uri vault;
    private readonly HttpPipeline pipeline;

    /// <param name="vault">Its address: <c>https://name.vault.azure.net</c>; http on a loopback address only.</param>
    /// <param name="credential">Who asks.</param>
    /// <param name="options">How patiently.</param>
    public KeyVault(Uri vault, TokenCredential credential, KeyVaultOptions? options = null)
    {
        this.vault = vault;
        options ??= new KeyVaultOptions();
        options.RetryPolicy = new KeyVaultRetryPolicy(options);
        pipeline = HttpPipelineBuilder.Build(options, KeyVaultAuthentication.PolicyFor(vault, credential));
    }

    internal Uri Address => vault;

    /// <summary>One version of a key with its public half; the newest where no version is named. Null where there is none.</summary>
    internal Task<KeyVaultKey?> FindAsync(string name, string? version, string role, CancellationToken cancellation) =>
        OrNull(SendAsync(RequestMethod.Get, PathOf(name, version), null, new("get", name, role), KeyVaultJson.ReadKey, cancellation));

    /// <summary>All versions of a key, without their public halves, in no particular order. None where there is no such key.</summary>
    internal async Task<IReadOnlyList<KeyVaultVersion>> VersionsAsync(string name, string role, CancellationToken cancellation)
    {
        var versions = new List<KeyVaultVersion>();
        var next = new Uri(vault, $"keys/{name}/versions?maxresults=25&api-version={ApiVersion}");
        for (var page = 0; page < MostPages; page++)
        {
            var reading = SendAsync(RequestMethod.Get, next, null, new("list versions", name, role), KeyVaultJson.ReadPage, cancellation);
            // A list that breaks off is not the whole list.
            if ((page == 0 ? await OrNull(reading) : await reading) is not { } found)
                return [];
            versions.AddRange(found.Versions);
            if (found.NextLink is null)
                return versions;
            next = found.NextLink;
            // The access token goes wherever this points.
            if (Uri.Compare(next, vault, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) != 0)
                throw new InvalidDataException($"Key Vault continued its list at another host than {vault.Host}.");
        }
        throw new InvalidDataException($"The key \"{name}\" has more than {versions.Count} versions.");
    }

    /// <summary>Signs a SHA-256 digest. EC signatures come as R and S (RFC 7518 §3.4), fit for a JWS as they are.</summary>
    internal Task<byte[]> SignAsync(KeyVaultKeyId key, string algorithm, ReadOnlyMemory<byte> digest, CancellationToken cancellation) =>
        OperateAsync("sign", key, algorithm, digest, KeyVaultErrors.CryptoUser, cancellation);

    /// <summary>Unwraps with RSA-OAEP-256. The caller wipes the result.</summary>
    internal Task<byte[]> UnwrapAsync(KeyVaultKeyId key, ReadOnlyMemory<byte> wrapped, CancellationToken cancellation) =>
        OperateAsync("unwrapkey", key, "RSA-OAEP-256", wrapped, KeyVaultErrors.EncryptionUser, cancellation);

    /// <summary>Gives a key a new version by its rotation policy.</summary>
    internal Task RotateAsync(string name, CancellationToken cancellation) =>
        SendAsync(RequestMethod.Post, PathOf(name, "rotate"), null,
            new("rotate", name, KeyVaultErrors.CryptoOfficer), KeyVaultJson.ReadKey, cancellation);

    internal Task DisableAsync(KeyVaultKeyId key, CancellationToken cancellation) =>
        SendAsync(RequestMethod.Patch, PathOf(key.Name, key.Version), KeyVaultJson.WriteDisabled(),
            new("update", key.Name, KeyVaultErrors.CryptoOfficer), KeyVaultJson.ReadKey, cancellation);

    private Task<byte[]> OperateAsync(
        string operation, KeyVaultKeyId key, string algorithm, ReadOnlyMemory<byte> value, string role, CancellationToken cancellation) =>
        SendAsync(RequestMethod.Post, PathOf(key.Name, $"{key.Version}/{operation}"), KeyVaultJson.WriteOperation(algorithm, value.Span),
            new(operation, key.ToString(), role), content => KeyVaultJson.ReadResult(content, key), cancellation);

    private Uri PathOf(string name, string? rest) => new(vault, $"keys/{name}/{rest}?api-version={ApiVersion}");

    private async Task<T> SendAsync<T>(
        RequestMethod method, Uri uri, byte[]? body, Purpose purpose, Func<ReadOnlyMemory<byte>, T> read, CancellationToken cancellation)
    {
        using var message = pipeline.CreateMessage();
        message.Request.Method = method;
        message.Request.Uri.Reset(uri);
        message.Request.Headers.SetValue("Accept", "application/json");
        if (body is not null)
        {
            message.Request.Headers.SetValue("Content-Type", "application/json");
            message.Request.Content = RequestContent.Create(body);
        }
        await DeliverAsync(message, cancellation);
        if (message.Response.IsError)
            throw KeyVaultErrors.From(message.Response, vault, purpose.Operation, purpose.Name, purpose.Role);
        try
        {
            return read(message.Response.Content.ToMemory());
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw KeyVaultErrors.Unreadable(vault, e);
        }
    }

    private async Task DeliverAsync(HttpMessage message, CancellationToken cancellation)
    {
        try
        {
            await pipeline.SendAsync(message, cancellation);
        }
        catch (Exception e)
            when (!cancellation.IsCancellationRequested
                && e is AggregateException or OperationCanceledException or RequestFailedException { Status: 0 })
        {
            // Whoever waits for a token need not care whether the vault is throttling, restarting or cut off.
            throw new KeyVaultException(503, $"Key Vault at {vault.Host} cannot be reached.", "Unreachable", e);
        }
    }

    private static async Task<T?> OrNull<T>(Task<T> found) where T : class
    {
        try
        {
            return await found;
        }
        // Any other 404 is of something in between, and says nothing of keys.
        catch (RequestFailedException e) when (e is { Status: 404, ErrorCode: "KeyNotFound" })
        {
            return null;
        }
    }

    private readonly record struct Purpose(string Operation, string Name, string Role);
}

using System.Text;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Security.KeyVault.Keys.Cryptography;
using Postern.Signing;

namespace Azure.Security.KeyVault.Keys;

/// <summary>
/// What Postern uses of Azure.Security.KeyVault.Keys, under its names, for the package is not served where this is built
/// (record 8). This folder goes the day it is. It knows the wire and nothing of tokens.
/// </summary>
internal sealed class KeyClient
{
    private const string ApiVersion = "2025-07-01";

    private readonly Uri vault;
    private readonly HttpPipeline pipeline;

    public KeyClient(Uri vaultUri, TokenCredential credential, KeyClientOptions options)
    {
        vault = vaultUri;
        pipeline = HttpPipelineBuilder.Build(options, KeyVaultAuthentication.PolicyFor(vault, credential));
    }

    /// <summary>One version of a key with its public half; the newest where no version is named.</summary>
    public Task<Response<KeyVaultKey>> GetKeyAsync(string name, string? version = null, CancellationToken cancellationToken = default) =>
        KeyAsync(RequestMethod.Get, $"keys/{name}/{version}", null, cancellationToken);

    /// <summary>All versions of a key, in no particular order.</summary>
    public AsyncPageable<KeyProperties> GetPropertiesOfKeyVersionsAsync(string name, CancellationToken cancellationToken = default) =>
        new Versions(this, UriOf($"keys/{name}/versions", "maxresults=25&"), cancellationToken);

    /// <summary>Gives a key a new version by its rotation policy.</summary>
    public Task<Response<KeyVaultKey>> RotateKeyAsync(string name, CancellationToken cancellationToken = default) =>
        KeyAsync(RequestMethod.Post, $"keys/{name}/rotate", null, cancellationToken);

    /// <summary>Of the properties, only whether the version is enabled is sent.</summary>
    public Task<Response<KeyVaultKey>> UpdateKeyPropertiesAsync(KeyProperties properties, CancellationToken cancellationToken = default) =>
        KeyAsync(RequestMethod.Patch, properties.Id.AbsolutePath,
            properties.Enabled == true ? """{"attributes":{"enabled":true}}""" : """{"attributes":{"enabled":false}}""", cancellationToken);

    public CryptographyClient GetCryptographyClient(string keyName, string keyVersion) => new(this, $"keys/{keyName}/{keyVersion}");

    internal async Task<ReadOnlyMemory<byte>> PostAsync(string path, string body, CancellationToken cancellation) =>
        (await SendAsync(RequestMethod.Post, UriOf(path), body, cancellation)).Content.ToMemory();

    private async Task<Response<KeyVaultKey>> KeyAsync(RequestMethod method, string path, string? body, CancellationToken cancellation)
    {
        var response = await SendAsync(method, UriOf(path), body, cancellation);
        return Response.FromValue(KeyVaultJson.ReadKey(response.Content.ToMemory()), response);
    }

    private Uri UriOf(string path, string query = "") => new(vault, $"{path}?{query}api-version={ApiVersion}");

    private async Task<Response> SendAsync(RequestMethod method, Uri uri, string? body, CancellationToken cancellation)
    {
        using var request = pipeline.CreateRequest();
        request.Method = method;
        request.Uri.Reset(uri);
        request.Headers.SetValue("Accept", "application/json");
        if (body is not null)
        {
            request.Headers.SetValue("Content-Type", "application/json");
            request.Content = RequestContent.Create(Encoding.UTF8.GetBytes(body));
        }
        var response = await pipeline.SendRequestAsync(request, cancellation);
        return response.Status is >= 200 and < 300 ? response : throw new RequestFailedException(response);
    }

    private sealed class Versions(KeyClient client, Uri first, CancellationToken cancellation) : AsyncPageable<KeyProperties>
    {
        public override async IAsyncEnumerable<Page<KeyProperties>> AsPages(string? continuationToken = null, int? pageSizeHint = null)
        {
            for (var next = first; next is not null;)
            {
                var response = await client.SendAsync(RequestMethod.Get, next, null, cancellation);
                (var versions, next) = KeyVaultJson.ReadPage(response.Content.ToMemory());
                yield return Page<KeyProperties>.FromValues(versions, next?.AbsoluteUri, response);
            }
        }
    }
}

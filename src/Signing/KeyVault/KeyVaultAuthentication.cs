using Azure.Core;
using Azure.Core.Pipeline;

namespace Postern.Signing;

/// <summary>Which access token a vault gets, and over what.</summary>
internal static class KeyVaultAuthentication
{
    /// <summary>
    /// In every cloud the resource of a vault is the domain above it: <c>https://vault.azure.net</c> for
    /// <c>https://name.vault.azure.net</c>. So the scope follows from the address, no challenge is needed to learn it, and
    /// no challenge can talk us into sending the token of one resource to a host outside it.
    /// </summary>
    public static string ScopeOf(Uri vault)
    {
        if (IsPlainLoopback(vault))
            return "https://vault.azure.net/.default";
        var domain = vault.Host[(vault.Host.IndexOf('.') + 1)..];
        if (vault.Scheme != Uri.UriSchemeHttps || vault.HostNameType != UriHostNameType.Dns || !domain.Contains('.') || vault.AbsolutePath != "/")
            throw new FormatException($"\"{vault}\" is not the address of a key vault, such as https://name.vault.azure.net.");
        return $"https://{domain}/.default";
    }

    public static HttpPipelinePolicy PolicyFor(Uri vault, TokenCredential credential) =>
        IsPlainLoopback(vault) ? new LoopbackPolicy(credential, ScopeOf(vault)) : new BearerTokenAuthenticationPolicy(credential, ScopeOf(vault));

    // A literal address, which no resolver and no proxy can lead elsewhere.
    private static bool IsPlainLoopback(Uri vault) => vault.Scheme == Uri.UriSchemeHttp && vault.Host is "127.0.0.1" or "[::1]";

    /// <summary>The SDK's own policy refuses http altogether; on this machine there is nobody to listen.</summary>
    private sealed class LoopbackPolicy(TokenCredential credential, string scope) : HttpPipelinePolicy
    {
        public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            var token = await credential.GetTokenAsync(new TokenRequestContext([scope]), message.CancellationToken);
            message.Request.Headers.SetValue("Authorization", $"Bearer {token.Token}");
            await ProcessNextAsync(message, pipeline);
        }

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
            throw new NotSupportedException("Key Vault is only called asynchronously.");
    }
}

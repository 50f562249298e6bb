using Azure.Core;
using Azure.Identity;
using Postern.Protocol;

namespace Postern.Server;

/// <summary>Builds the one credential that was configured. A chain would try the others, slowly, whenever that one fails.</summary>
public static class AzureCredential
{
    /// <param name="identity">Which kind.</param>
    /// <param name="clientId">The client id of a user-assigned managed identity; null for the system-assigned one.</param>
    public static TokenCredential Create(AzureIdentity identity, string? clientId)
    {
        if (identity is AzureIdentity.DeveloperLogin)
            return new AzureCliCredential(new AzureCliCredentialOptions { ProcessTimeout = TimeSpan.FromSeconds(10) });
        // Without it the library would fall back to the metadata address, which nobody asked for and which hangs where there is none.
        var hasEndpoint = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("IDENTITY_ENDPOINT"));
        if (identity is AzureIdentity.ManagedIdentity && !hasEndpoint)
            throw new InvalidOperationException(
                "No managed identity is assigned to this app: IDENTITY_ENDPOINT is not set. Assign one, or choose another identity."
            );
        return new ManagedIdentityCredential(OptionsFor(clientId));
    }

    private static ManagedIdentityCredentialOptions OptionsFor(string? clientId)
    {
        var id = clientId is null ? ManagedIdentityId.SystemAssigned : ManagedIdentityId.FromUserAssignedClientId(clientId);
        return new ManagedIdentityCredentialOptions(id)
        {
            // A person waits. The defaults go on for about half a minute.
            Retry =
            {
                MaxRetries = 2,
                Delay = TimeSpan.FromSeconds(0.2),
                MaxDelay = TimeSpan.FromSeconds(1),
                NetworkTimeout = TimeSpan.FromSeconds(3),
            },
        };
    }
}

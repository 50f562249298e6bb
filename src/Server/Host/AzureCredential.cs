using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using Postern.Protocol;

namespace Postern.Server;

/// <summary>Builds the one credential that was configured. A chain would try the others, slowly, whenever that one fails.</summary>
public static class AzureCredential
{
    private static readonly string[] EndpointVariables = ["IDENTITY_ENDPOINT", "IDENTITY_HEADER"];

    /// <param name="identity">Which kind.</param>
    /// <param name="clientId">The client id of a user-assigned managed identity; null for the system-assigned one.</param>
    public static TokenCredential Create(AzureIdentity identity, string? clientId)
    {
        if (identity is AzureIdentity.DeveloperLogin)
            return new AzureCliCredential(new AzureCliCredentialOptions { ProcessTimeout = TimeSpan.FromSeconds(10) });
        if (ProblemWith(identity) is { } problem)
            throw new InvalidOperationException($"The identity {problem}.");
        return new ManagedIdentityCredential(OptionsFor(clientId));
    }

    /// <summary>Why there is no such identity here, as the rest of a sentence; null where there may be one.</summary>
    /// <remarks>Without its endpoint the library would seek it at the metadata address, which nobody asked for and which may hang.</remarks>
    public static string? ProblemWith(AzureIdentity identity) =>
        identity is AzureIdentity.ManagedIdentity && EndpointVariables.Any(name => string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name)))
            ? $"is managed, and this app has no managed identity ({string.Join(" or ", EndpointVariables)} is not set): "
                + "assign one, or choose virtual-machine or developer"
            : null;

    private static ManagedIdentityCredentialOptions OptionsFor(string? clientId)
    {
        var id = clientId is null ? ManagedIdentityId.SystemAssigned : ManagedIdentityId.FromUserAssignedClientId(clientId);
        return new ManagedIdentityCredentialOptions(id)
        {
            // A person waits. The library has five retries here, whatever number is set, unless it is given a policy.
            RetryPolicy = new RetryPolicy(2, DelayStrategy.CreateExponentialDelayStrategy(TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(1))),
            // Three times this is less than the tables and the vault are waited for, so that its own failure is what is told.
            Retry = { NetworkTimeout = TimeSpan.FromSeconds(2) },
        };
    }
}

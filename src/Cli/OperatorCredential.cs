using Azure.Core;
using Azure.Identity;

namespace Postern.Cli;

/// <summary>Who the operator is towards Azure: whoever the variables of a pipeline name, or else whoever is logged in here.</summary>
internal static class OperatorCredential
{
    private static readonly string[] Secrets = ["AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PATH"];

    public static TokenCredential Create(IReadOnlyDictionary<string, string> environment)
    {
        var timeout = TimeSpan.FromSeconds(20);
        var people = new TokenCredential[]
        {
            new AzureCliCredential(new AzureCliCredentialOptions { ProcessTimeout = timeout }),
            new AzureDeveloperCliCredential(new AzureDeveloperCliCredentialOptions { ProcessTimeout = timeout }),
        };
        var isPipeline = environment.ContainsKey("AZURE_TENANT_ID")
            && environment.ContainsKey("AZURE_CLIENT_ID")
            && Secrets.Any(environment.ContainsKey);
        return new ChainedTokenCredential(isPipeline ? [new EnvironmentCredential(), .. people] : people);
    }
}

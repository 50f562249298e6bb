using System.CommandLine;
using Postern.Protocol;

namespace Postern.Cli;

/// <summary><c>postern resource</c>.</summary>
internal sealed class ResourceCommand : Command
{
    public ResourceCommand(CommandLine line)
        : base(
            "resource",
            """
            Registers resource servers (APIs), with their scopes in words that people read, and changes and removes them.

            A client gets tokens for a resource by the parameter 'resource', where it is registered for one of its scopes.

            Example:
              postern resource add https://api.example.com --name Orders --scope "orders:read=Read your orders"
            """
        )
    {
        Add(new ResourceAddCommand(line));
        Add(new ResourceListCommand(line));
        Add(new ResourceShowCommand(line));
        Add(new ResourceSetCommand(line));
        Add(new ResourceRemoveCommand(line));
    }

    public static Argument<string> Identifier() =>
        new("identifier") { Description = "An absolute URI, as clients send it: compared by each character." };

    public static string NotFound(string identifier) => $"There is no resource '{identifier}'. 'postern resource list' shows all.";

    /// <summary>What is shown of one, by the names of its options.</summary>
    public static IReadOnlyList<Fact> Facts(Resource resource) =>
        [
            new("identifier", resource.Identifier),
            new("name", resource.Name),
            new("scopes", resource.Scopes.Select(scope => $"{scope.Key}={scope.Value}").ToArray()),
            new("access_token_lifetime", resource.AccessTokenLifetime, RegistrationOptions.Unset),
            new("signing_algorithm", resource.SigningAlgorithm, RegistrationOptions.Unset),
            new("created_at", resource.CreatedAt),
        ];
}

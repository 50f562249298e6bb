using System.CommandLine;
using Postern.Protocol;

namespace Postern.Cli;

/// <summary><c>postern resource add</c>.</summary>
internal sealed class ResourceAddCommand : Command
{
    private readonly Argument<string> identifier = ResourceCommand.Identifier();
    private readonly ResourceOptions options;

    public ResourceAddCommand(CommandLine line)
        : base(
            "add",
            """
            Registers a resource server. To introspect it needs a client too: 'postern client add api --resource-server <identifier>'.

            Examples:
              postern resource add https://api.example.com --name Orders --scope "orders:read=Read your orders"
              postern resource add urn:example:billing --name Billing --scope "bills=See your bills" --access-token-lifetime 5m --alg ES256
            """
        )
    {
        Add(identifier);
        options = new ResourceOptions(this);
        line.Run(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellation)
    {
        var (problems, id) = (new List<string>(), invocation.Parsed.GetRequiredValue(identifier));
        var blank = new Resource { Identifier = id, Name = id, Scopes = new Dictionary<string, string>(), CreatedAt = invocation.Now };
        var resource = options.Apply(invocation.Parsed, blank, problems);
        if (problems.Count > 0)
            return invocation.Refuse(problems);
        return await invocation.ChangeAsync(null, ResourceCommand.Facts(resource), () => invocation.Resources.TryAddAsync(resource, cancellation))
            ?? invocation.Refuse($"There is a resource '{id}' already. Change it with 'postern resource set'.");
    }
}

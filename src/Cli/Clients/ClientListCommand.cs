using System.CommandLine;

namespace Postern.Cli;

/// <summary><c>postern client list</c>.</summary>
internal sealed class ClientListCommand : Command
{
    public ClientListCommand(CommandLine line)
        : base("list", "Lists all clients.\n\nExample:\n  postern client list --json") => line.Run(this, RunAsync);

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken cancellation)
    {
        var rows = new List<IReadOnlyList<Fact>>();
        await foreach (var client in invocation.Clients.ListAsync(cancellation))
            rows.Add(ClientFacts.Of(client));
        return invocation.List(rows, "client_id", "client_name", "token_endpoint_auth_methods", "grant_types", "created_at");
    }
}

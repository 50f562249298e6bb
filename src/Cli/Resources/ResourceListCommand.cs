using System.CommandLine;

namespace Postern.Cli;

/// <summary><c>postern resource list</c>.</summary>
internal sealed class ResourceListCommand : Command
{
    public ResourceListCommand(CommandLine line)
        : base("list", "Lists all resources.\n\nExample:\n  postern resource list --json") => line.Run(this, RunAsync);

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken cancellation)
    {
        var rows = new List<IReadOnlyList<Fact>>();
        await foreach (var resource in invocation.Resources.ListAsync(cancellation))
            rows.Add(ResourceCommand.Facts(resource));
        return invocation.List(rows, "identifier", "name", "scopes", "created_at");
    }
}

using System.CommandLine;

namespace Postern.Cli;

/// <summary><c>postern client remove</c>.</summary>
internal sealed class ClientRemoveCommand : Command
{
    private readonly Argument<string> clientId = ClientCommand.ClientId();

    public ClientRemoveCommand(CommandLine line)
        : base("remove", "Removes a client; none of its codes and refresh tokens can be redeemed any more.\n\nExample:\n  postern client remove web")
    {
        Add(clientId);
        line.Run(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellation)
    {
        var id = invocation.Parsed.GetRequiredValue(clientId);
        if (!await invocation.Clients.TryRemoveAsync(id, cancellation))
            return invocation.Refuse(ClientCommand.NotFound(id));
        return invocation.Show([new("client_id", id), new("removed", true)]);
    }
}

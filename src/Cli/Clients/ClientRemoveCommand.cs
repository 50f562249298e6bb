using System.CommandLine;

namespace Postern.Cli;

/// <summary><c>postern client remove</c>.</summary>
internal sealed class ClientRemoveCommand : Command
{
    private readonly Argument<string> clientId = ClientCommand.ClientId();
    private readonly Confirmation confirmation;

    public ClientRemoveCommand(CommandLine line)
        : base(
            "remove",
            """
            Removes a client; none of its codes and refresh tokens can be redeemed any more.

            Example:
              postern client remove web --yes
            """
        )
    {
        Add(clientId);
        confirmation = new Confirmation(this);
        line.Run(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellation)
    {
        var id = invocation.Parsed.GetRequiredValue(clientId);
        if (await invocation.Clients.ReadAsync(id, cancellation) is null)
            return invocation.Refuse(ClientCommand.NotFound(id));
        if (!confirmation.Permits(invocation, $"The client '{id}' will be gone, and people cannot sign in to it any more."))
            return ExitCodes.Refused;
        if (!await invocation.Clients.TryRemoveAsync(id, cancellation))
            return invocation.Refuse(ClientCommand.NotFound(id));
        invocation.Tell(ClientChange.Delay);
        return invocation.Show([new("client_id", id), new("removed", true)]);
    }
}

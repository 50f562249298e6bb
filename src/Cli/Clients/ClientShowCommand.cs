using System.CommandLine;

namespace Postern.Cli;

/// <summary><c>postern client show</c>.</summary>
internal sealed class ClientShowCommand : Command
{
    private readonly Argument<string> clientId = ClientCommand.ClientId();

    public ClientShowCommand(CommandLine line)
        : base("show", "Shows one client, without its secrets.\n\nExample:\n  postern client show web")
    {
        Add(clientId);
        line.Run(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellation)
    {
        var id = invocation.Parsed.GetRequiredValue(clientId);
        return await invocation.Clients.ReadAsync(id, cancellation) is { } found
            ? invocation.Show(ClientFacts.Of(found.Value))
            : invocation.Refuse(ClientCommand.NotFound(id));
    }
}

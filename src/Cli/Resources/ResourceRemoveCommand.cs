using System.CommandLine;

namespace Postern.Cli;

/// <summary><c>postern resource remove</c>.</summary>
internal sealed class ResourceRemoveCommand : Command
{
    private readonly Argument<string> identifier = ResourceCommand.Identifier();
    private readonly Confirmation confirmation;

    public ResourceRemoveCommand(CommandLine line)
        : base(
            "remove",
            """
            Removes a resource: there are no new tokens for it. Those that are out stay good until they expire.

            Example:
              postern resource remove https://api.example.com --yes
            """
        )
    {
        Add(identifier);
        confirmation = new Confirmation(this);
        line.Run(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellation)
    {
        var id = invocation.Parsed.GetRequiredValue(identifier);
        if (await invocation.Resources.ReadAsync(id, cancellation) is null)
            return invocation.Refuse(ResourceCommand.NotFound(id));
        if (!confirmation.Permits(invocation, $"The resource '{id}' will be gone, and apps get no more tokens for it."))
            return ExitCodes.Refused;
        if (!await invocation.Resources.TryRemoveAsync(id, cancellation))
            return invocation.Refuse(ResourceCommand.NotFound(id));
        invocation.Tell(ClientChange.Delay);
        return invocation.Show([new("identifier", id), new("removed", true)]);
    }
}

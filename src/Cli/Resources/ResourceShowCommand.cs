using System.CommandLine;

namespace Postern.Cli;

/// <summary><c>postern resource show</c>.</summary>
internal sealed class ResourceShowCommand : Command
{
    private readonly Argument<string> identifier = ResourceCommand.Identifier();

    public ResourceShowCommand(CommandLine line)
        : base("show", "Shows one resource.\n\nExample:\n  postern resource show https://api.example.com")
    {
        Add(identifier);
        line.Run(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellation)
    {
        var id = invocation.Parsed.GetRequiredValue(identifier);
        return await invocation.Resources.ReadAsync(id, cancellation) is { } found
            ? invocation.Show(ResourceCommand.Facts(found.Value))
            : invocation.Refuse(ResourceCommand.NotFound(id));
    }
}

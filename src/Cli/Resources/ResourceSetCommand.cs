using System.CommandLine;

namespace Postern.Cli;

/// <summary><c>postern resource set</c>.</summary>
internal sealed class ResourceSetCommand : Command
{
    // Operators are few; whoever meets more than this many others is in a loop.
    private const int MaxTries = 5;

    private readonly Argument<string> identifier = ResourceCommand.Identifier();
    private readonly ResourceOptions options;

    public ResourceSetCommand(CommandLine line)
        : base(
            "set",
            """
            Changes what is given and keeps the rest. Scopes that are given replace all of them.

            Examples:
              postern resource set https://api.example.com --scope "orders:read=Read your orders" --scope "orders:write=Place orders"
              postern resource set https://api.example.com --access-token-lifetime default
            """
        )
    {
        Add(identifier);
        options = new ResourceOptions(this);
        CommandLine.NeedsAnyOption(this);
        line.Run(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellation)
    {
        var (resources, id) = (invocation.Resources, invocation.Parsed.GetRequiredValue(identifier));
        for (var tries = 0; tries < MaxTries; tries++)
        {
            if (await resources.ReadAsync(id, cancellation) is not { } read)
                return invocation.Refuse(ResourceCommand.NotFound(id));
            var problems = new List<string>();
            var next = options.Apply(invocation.Parsed, read.Value, problems);
            if (problems.Count > 0)
                return invocation.Refuse(problems);
            var facts = ResourceCommand.Facts(next);
            if (await invocation.ChangeAsync(null, facts, () => resources.TryReplaceAsync(read, next, cancellation)) is not { } done)
                continue;
            invocation.Tell(ClientChange.Delay);
            return done;
        }
        return invocation.RefuseRace(null);
    }
}

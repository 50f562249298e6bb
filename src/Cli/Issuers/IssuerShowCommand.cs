using System.CommandLine;

namespace Postern.Cli;

/// <summary><c>postern issuer list</c>.</summary>
internal sealed class IssuerListCommand : Command
{
    public IssuerListCommand(CommandLine line)
        : base("list", "Lists all issuers.\n\nExample:\n  postern issuer list --json") => line.Run(this, RunAsync);

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken cancellation)
    {
        var rows = new List<IReadOnlyList<Fact>>();
        await foreach (var issuer in invocation.Issuers.ListAsync(cancellation))
            rows.Add(IssuerCommand.Facts(issuer));
        return invocation.List(rows, "issuer", "audience", "jwks_uri", "single_use", "created_at");
    }
}

/// <summary><c>postern issuer show</c>.</summary>
internal sealed class IssuerShowCommand : Command
{
    private readonly Argument<string> url = IssuerCommand.Url();

    public IssuerShowCommand(CommandLine line)
        : base("show", "Shows one issuer.\n\nExample:\n  postern issuer show https://token.actions.githubusercontent.com")
    {
        Add(url);
        line.Run(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellation)
    {
        var asked = invocation.Parsed.GetRequiredValue(url);
        return await invocation.Issuers.ReadAsync(asked, cancellation) is { } found
            ? invocation.Show(IssuerCommand.Facts(found.Value))
            : invocation.Refuse(IssuerCommand.NotFound(asked));
    }
}

/// <summary><c>postern issuer remove</c>.</summary>
internal sealed class IssuerRemoveCommand : Command
{
    private readonly Argument<string> url = IssuerCommand.Url();
    private readonly Confirmation confirmation;

    public IssuerRemoveCommand(CommandLine line)
        : base("remove", "Removes an issuer; its tokens count for nothing.\n\nExample:\n  postern issuer remove https://idp.example.com --yes")
    {
        Add(url);
        confirmation = new Confirmation(this);
        line.Run(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellation)
    {
        var asked = invocation.Parsed.GetRequiredValue(url);
        if (await invocation.Issuers.ReadAsync(asked, cancellation) is null)
            return invocation.Refuse(IssuerCommand.NotFound(asked));
        if (!confirmation.Permits(invocation, $"Whoever comes with a token of '{asked}' will be refused."))
            return ExitCodes.Refused;
        if (!await invocation.Issuers.TryRemoveAsync(asked, cancellation))
            return invocation.Refuse(IssuerCommand.NotFound(asked));
        invocation.Tell(ClientChange.Delay);
        return invocation.Show([new("issuer", asked), new("removed", true)]);
    }
}

using System.CommandLine;
using Postern.Protocol;

namespace Postern.Cli;

/// <summary><c>postern issuer add</c>.</summary>
internal sealed class IssuerAddCommand : Command
{
    private readonly Argument<string> url = IssuerCommand.Url();
    private readonly IssuerOptions options;

    public IssuerAddCommand(CommandLine line)
        : base(
            "add",
            """
            Registers an issuer. Alone it opens nothing: no client may use its tokens before it is told so.

            Examples:
              postern issuer add https://token.actions.githubusercontent.com --audience https://login.example.com
              postern issuer add https://sts.windows.net/<tenant>/ --audience api://postern --subject-claim oid --reusable
            """
        )
    {
        Add(url);
        options = new IssuerOptions(this);
        line.Run(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellation)
    {
        var problems = new List<string>();
        var blank = new TrustedIssuer { Issuer = invocation.Parsed.GetRequiredValue(url), CreatedAt = invocation.Now };
        var issuer = options.Apply(invocation.Parsed, blank, problems);
        problems.AddRange(issuer.Problems());
        if (problems.Count > 0)
            return invocation.Refuse(problems);
        return await invocation.Issuers.TryAddAsync(issuer, cancellation)
            ? invocation.Show(IssuerCommand.Facts(issuer), "The issuer was added all the same.")
            : invocation.Refuse($"There is an issuer '{issuer.Issuer}' already. Change it with 'postern issuer set'.");
    }
}

/// <summary><c>postern issuer set</c>.</summary>
internal sealed class IssuerSetCommand : Command
{
    private readonly Argument<string> url = IssuerCommand.Url();
    private readonly IssuerOptions options;

    public IssuerSetCommand(CommandLine line)
        : base(
            "set",
            """
            Changes what is given and keeps the rest.

            Example:
              postern issuer set https://token.actions.githubusercontent.com --audience https://login.example.org
            """
        )
    {
        Add(url);
        options = new IssuerOptions(this);
        CommandLine.NeedsAnyOption(this);
        line.Run(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellation)
    {
        var (issuers, asked, problems) = (invocation.Issuers, invocation.Parsed.GetRequiredValue(url), new List<string>());
        if (await issuers.ReadAsync(asked, cancellation) is not { } read)
            return invocation.Refuse(IssuerCommand.NotFound(asked));
        var next = options.Apply(invocation.Parsed, read.Value, problems);
        problems.AddRange(next.Problems());
        if (problems.Count > 0)
            return invocation.Refuse(problems);
        if (!await issuers.TryReplaceAsync(read, next, cancellation))
            return invocation.RefuseRace(null);
        invocation.Tell(ClientChange.Delay);
        return invocation.Show(IssuerCommand.Facts(next), "The change was made all the same.");
    }
}

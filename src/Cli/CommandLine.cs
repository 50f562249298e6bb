using System.CommandLine;

namespace Postern.Cli;

/// <summary>The options that every command has, and how a command gets to run.</summary>
internal sealed class CommandLine(Terminal terminal)
{
    public Option<string?> Storage { get; } = new("--storage")
    {
        Description = "A table endpoint, a connection string, or UseDevelopmentStorage=true. [POSTERN_STORAGE]",
        HelpName = "setting",
        Recursive = true,
    };

    public Option<string?> Issuer { get; } = new("--issuer")
    {
        Description = "The issuer identifier of the server. [POSTERN_ISSUER]",
        HelpName = "url",
        Recursive = true,
    };

    public Option<string?> KeyVault { get; } = new("--key-vault")
    {
        Description = "The vault of the signing keys. [POSTERN_KEY_VAULT]",
        HelpName = "url",
        Recursive = true,
    };

    public Option<string?> Signing { get; } = new("--signing")
    {
        Description = "Whether the vault signs, or wraps the keys that do: vault or wrapped. [POSTERN_SIGNING]",
        HelpName = "mode",
        Recursive = true,
    };

    public Option<bool> Json { get; } = new("--json") { Description = "Print JSON.", Recursive = true };

    /// <summary>For a command that changes what its options say: none of them is a slip.</summary>
    public static void NeedsAnyOption(Command command) =>
        command.Validators.Add(result =>
        {
            if (command.Options.All(option => result.GetResult(option) is null or { Implicit: true }))
                result.AddError("Say what to change.");
        });

    /// <summary>Makes <paramref name="run"/> what the command does.</summary>
    public void Run(Command command, Func<Invocation, CancellationToken, Task<int>> run) =>
        command.SetAction((parsed, cancellation) => run(new Invocation(terminal, this, parsed), cancellation));
}

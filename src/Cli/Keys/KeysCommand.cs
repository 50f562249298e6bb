using System.CommandLine;

namespace Postern.Cli;

/// <summary><c>postern keys</c>.</summary>
internal sealed class KeysCommand : Command
{
    public KeysCommand(CommandLine line)
        : base("keys", "Looks at the keys that tokens are signed with.\n\nExample:\n  postern keys list --issuer https://login.example.com") => Add(new KeysListCommand(line));
}

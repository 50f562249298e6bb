using System.CommandLine;

namespace Postern.Cli;

/// <summary><c>postern keys</c>.</summary>
internal sealed class KeysCommand : Command
{
    public KeysCommand(CommandLine line)
        : base(
            "keys",
            """
            Looks after the keys that tokens are signed with.

            The settings are the server's: POSTERN_KEY_VAULT, POSTERN_SIGNING (vault or wrapped) and the names of the keys.
            You need the role Key Vault Crypto User on the vault to list keys, and Key Vault Crypto Officer to rotate and
            retire them where the vault signs.

            Example:
              postern keys list --key-vault https://example.vault.azure.net
            """
        )
    {
        Add(line.KeyVault);
        Add(line.Signing);
        Add(new KeysListCommand(line));
        Add(new KeysRotateCommand(line));
        Add(new KeysRetireCommand(line));
    }
}

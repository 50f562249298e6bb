using System.CommandLine;

namespace Postern.Cli;

/// <summary><c>postern client</c>.</summary>
internal sealed class ClientCommand : Command
{
    public ClientCommand(CommandLine line)
        : base(
            "client",
            """
            Registers clients, and changes and removes them.

            Example:
              postern client add web --redirect-uri https://app.example.com/callback
            """
        )
    {
        Add(new ClientAddCommand(line));
        Add(new ClientListCommand(line));
        Add(new ClientShowCommand(line));
        Add(new ClientSetCommand(line));
        Add(new ClientRotateSecretCommand(line));
        Add(new ClientTrustCommand(line));
        Add(new ClientDistrustCommand(line));
        Add(new ClientRemoveCommand(line));
    }

    public static Argument<string> ClientId() => new("client-id") { Description = "Letters, digits, '-', '_' and '.'." };

    public static string NotFound(string clientId) => $"There is no client '{clientId}'. 'postern client list' shows all.";
}

using System.CommandLine;
using Postern.Protocol;

namespace Postern.Cli;

/// <summary>The options for clients that ask people on the back channel (CIBA).</summary>
internal sealed class BackchannelOptions
{
    private readonly Option<string?> endpoint = new("--notification-endpoint")
    {
        Description = "Where the client is told that its person has answered (CIBA ping); \"\": it polls.",
        HelpName = "url",
    };

    public BackchannelOptions(Command command) => command.Add(endpoint);

    /// <summary>The client with what was given.</summary>
    public Client Apply(ParseResult parsed, Client client) =>
        parsed.GetValue(endpoint) is { } given ? client with { NotificationEndpoint = given.Length == 0 ? null : given } : client;
}

using System.CommandLine;
using Postern.Protocol;

namespace Postern.Cli;

/// <summary>The option that says from where scripts of a client call.</summary>
internal sealed class OriginOptions
{
    private readonly Option<string[]> origins = new("--allowed-origin")
    {
        Description = "Whose scripts may read token, userinfo and revocation answers, with credentials; repeat it for several, \"\" for all.",
        HelpName = "origin",
    };

    public OriginOptions(Command command) => command.Add(origins);

    /// <summary>The client with what was given.</summary>
    public Client Apply(ParseResult parsed, Client client) =>
        parsed.GetValue(origins) is { Length: > 0 } given
            ? client with { AllowedOrigins = new AllowedOrigins([.. given.Where(origin => origin.Length > 0).Distinct()]) }
            : client;
}

using System.CommandLine;
using Postern.Protocol;

namespace Postern.Cli;

/// <summary><c>postern issuer</c>.</summary>
internal sealed class IssuerCommand : Command
{
    public IssuerCommand(CommandLine line)
        : base(
            "issuer",
            """
            Registers issuers whose tokens are taken here, and changes and removes them.
            Which clients may use whose tokens: 'postern client trust' and 'postern client set --federated-issuer'.

            Example:
              postern issuer add https://token.actions.githubusercontent.com --audience https://login.example.com
            """
        )
    {
        Add(new IssuerAddCommand(line));
        Add(new IssuerListCommand(line));
        Add(new IssuerShowCommand(line));
        Add(new IssuerSetCommand(line));
        Add(new IssuerRemoveCommand(line));
    }

    public static Argument<string> Url() => new("url") { Description = "The iss of its tokens, exactly." };

    public static string NotFound(string issuer) => $"There is no issuer '{issuer}'. 'postern issuer list' shows all.";

    public static IReadOnlyList<Fact> Facts(TrustedIssuer issuer) =>
        [
            new("issuer", issuer.Issuer),
            new("jwks", issuer.Keys.Jwks?.KeyNames() ?? []),
            new("jwks_uri", issuer.Keys.JwksUri, issuer.Keys.IsNone ? "from its metadata" : "-"),
            new("algorithms", issuer.Algorithms),
            new("audience", issuer.Audience, "the server's issuer identifier"),
            new("subject_claim", issuer.SubjectClaim),
            new("single_use", issuer.SingleUse),
            new("created_at", issuer.CreatedAt),
        ];
}

using System.CommandLine;
using Postern.Protocol;

namespace Postern.Cli;

/// <summary><c>postern client trust</c>.</summary>
internal sealed class ClientTrustCommand : Command
{
    private readonly Argument<string> clientId = ClientCommand.ClientId();
    private readonly Option<string> issuer = new("--from") { Description = "A registered issuer.", HelpName = "url", Required = true };
    private readonly Option<string?> subject = new("--subject") { Description = "Whom the assertion is about, exactly.", HelpName = "text" };
    private readonly Option<string[]> claims = new("--claim")
    {
        Description = "What the assertion must say, exactly; repeat it for several, all of which must hold.",
        HelpName = "name=value",
    };
    private readonly Option<string> scope = new("--scope") { Description = "What it brings, in one text.", HelpName = "values", Required = true };

    public ClientTrustCommand(CommandLine line)
        : base(
            "trust",
            """
            Lets a client have tokens for another issuer's assertions about one subject (RFC 7523 §2.1).
            That may be a build or a managed identity. It needs the grant type urn:ietf:params:oauth:grant-type:jwt-bearer.

            Example:
              postern issuer add https://token.actions.githubusercontent.com --audience https://login.example.com
              postern client add ci --public --grant-type urn:ietf:params:oauth:grant-type:jwt-bearer --scope deploy
              postern client trust ci --from https://token.actions.githubusercontent.com --scope deploy
                --claim repository=octo/app --claim ref=refs/heads/main
            """
        )
    {
        foreach (var option in new Option[] { issuer, subject, claims, scope })
            Add(option);
        Add(clientId);
        line.Run(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellation)
    {
        var parsed = invocation.Parsed;
        var from = parsed.GetRequiredValue(issuer);
        var done = await ClientChange.RunAsync(invocation, parsed.GetRequiredValue(clientId), Change, () => null, cancellation);
        if (done == ExitCodes.Ok && await invocation.Issuers.ReadAsync(from, cancellation) is null)
            invocation.Tell($"Nothing comes of it yet: {IssuerCommand.NotFound(from)}");
        return done;

        Client Change(Client client, List<string> problems)
        {
            var said = (parsed.GetValue(claims) ?? []).Select(claim => claim.Split('=', 2)).ToList();
            if (said.Any(parts => parts.Length < 2))
                problems.Add("Give each claim as --claim <name>=<value>.");
            if (Scope.TryParse(parsed.GetRequiredValue(scope)) is not { HasJoinedValues: false } brought)
                problems.Add($"The scope must be at most {Scope.MaxCount} values separated by spaces (RFC 6749 §3.3).");
            else if (problems.Count == 0)
                return With(client, new TrustedSubject(from, parsed.GetValue(subject), [.. said.Select(Pair)], brought));
            return client;
        }
    }

    private static Client With(Client client, TrustedSubject another) => client with { TrustedSubjects = [.. client.TrustedSubjects, another] };

    private static KeyValuePair<string, string> Pair(string[] parts) => KeyValuePair.Create(parts[0], parts[1]);
}

/// <summary><c>postern client distrust</c>.</summary>
internal sealed class ClientDistrustCommand : Command
{
    private readonly Argument<string> clientId = ClientCommand.ClientId();
    private readonly Option<string> issuer = new("--from") { Description = "The issuer.", HelpName = "url", Required = true };
    private readonly Option<string?> subject = new("--subject") { Description = "Of this subject alone.", HelpName = "text" };

    public ClientDistrustCommand(CommandLine line)
        : base(
            "distrust",
            """
            Takes back what 'postern client trust' allowed, for an issuer as a whole or for one subject.

            Example:
              postern client distrust ci --from https://token.actions.githubusercontent.com
            """
        )
    {
        Add(clientId);
        Add(issuer);
        Add(subject);
        line.Run(this, RunAsync);
    }

    private Task<int> RunAsync(Invocation invocation, CancellationToken cancellation)
    {
        var (from, about) = (invocation.Parsed.GetRequiredValue(issuer), invocation.Parsed.GetValue(subject));
        return ClientChange.RunAsync(invocation, invocation.Parsed.GetRequiredValue(clientId), Change, () => null, cancellation);

        Client Change(Client client, List<string> problems)
        {
            var kept = client.TrustedSubjects.Where(one => one.Issuer != from || (about is not null && one.Subject != about)).ToList();
            if (kept.Count == client.TrustedSubjects.Count)
                problems.Add("Nobody of the kind is trusted; 'postern client show' lists who is.");
            return client with { TrustedSubjects = kept };
        }
    }
}

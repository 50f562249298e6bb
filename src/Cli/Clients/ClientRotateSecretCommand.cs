using System.CommandLine;
using Postern.Protocol;

namespace Postern.Cli;

/// <summary><c>postern client rotate-secret</c>.</summary>
internal sealed class ClientRotateSecretCommand : Command
{
    private static readonly TimeSpan MaxOverlap = TimeSpan.FromDays(90);

    private readonly Argument<string> clientId = ClientCommand.ClientId();
    private readonly Option<string> overlap = new("--overlap")
    {
        Description = $"How long the present secret stays good: {Duration.Examples}.",
        HelpName = "duration",
        DefaultValueFactory = _ => "0s",
    };
    private readonly Confirmation confirmation;

    public ClientRotateSecretCommand(CommandLine line)
        : base(
            "rotate-secret",
            """
            Makes a new secret, which is shown once. With an overlap the client can change over without an outage.

            Example:
              postern client rotate-secret web --overlap 24h
            """
        )
    {
        Add(clientId);
        Add(overlap);
        confirmation = new Confirmation(this);
        line.Run(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellation)
    {
        if (Duration.TryParse(invocation.Parsed.GetRequiredValue(overlap)) is not { } length || length > MaxOverlap)
            return invocation.Refuse($"--overlap must be a duration such as {Duration.Examples}, at most {Duration.Format(MaxOverlap)}.");
        if (length == TimeSpan.Zero && !confirmation.Permits(invocation, "The present secret stops working at once; --overlap keeps it for a while."))
            return ExitCodes.Refused;
        var (secret, now) = (Secrets.ForClient(), await invocation.TableTimeAsync(cancellation));
        return await ClientChange.RunAsync(invocation, invocation.Parsed.GetRequiredValue(clientId), Change, () => secret, cancellation);

        Client Change(Client client, List<string> problems)
        {
            if (!client.UsesSecret)
                problems.Add(client.IsPublic ? "A public client has no secret." : "This client proves itself by keys and has no secret.");
            var until = now + length;
            var kept = client.Secrets.Select(old => old.ExpiresAt < until ? old : old with { ExpiresAt = until }).Where(old => old.ExpiresAt > now);
            return !client.UsesSecret ? client : client with { Secrets = [new ClientSecret(Secrets.Hash(secret), null), .. kept] };
        }
    }
}

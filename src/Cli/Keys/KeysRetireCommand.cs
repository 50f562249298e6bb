using System.CommandLine;
using Postern.Protocol;

namespace Postern.Cli;

/// <summary><c>postern keys retire</c>: the emergency.</summary>
internal sealed class KeysRetireCommand : Command
{
    private readonly Argument<string> keyId = new("kid") { Description = "The key's id, as 'postern keys list' shows it." };
    private readonly Confirmation confirmation;

    public KeysRetireCommand(CommandLine line)
        : base(
            "retire",
            """
            Withdraws a key that is no longer to be trusted; another signs at once.

            It neither signs nor is published any more, so every token that it signed stops verifying. Sessions and refresh
            tokens are signed by no key and stay good. Where keys only grow old, 'postern keys rotate' does without this.

            Example:
              postern keys retire NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs --yes
            """
        )
    {
        Add(keyId);
        confirmation = new Confirmation(this);
        line.Run(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellation)
    {
        using var configured = ConfiguredKeys.Get(invocation);
        var (keys, id) = (configured.Keys, invocation.Parsed.GetRequiredValue(keyId));
        if ((await keys.ListAsync(cancellation)).FirstOrDefault(key => key.KeyId == id) is not { } retiring)
            return invocation.Refuse(NotFound(id));
        if (!confirmation.Permits(invocation, "Every token that this key signed stops verifying, and apps have to fetch new ones."))
            return ExitCodes.Refused;
        if (!await keys.RetireAsync(id, cancellation))
            return invocation.Refuse(NotFound(id));
        invocation.Tell(WhatFollows(configured.Schedule));
        var sameType = (await keys.ListAsync(cancellation)).Where(key => key.KeyType == retiring.KeyType);
        return invocation.List([.. sameType.Select(KeyFacts.Of)], KeyFacts.Columns);
    }

    private static string WhatFollows(KeySchedule schedule) =>
        $"Servers stop signing with it and publishing it within {Duration.Format(schedule.RefreshInterval)}. "
        + "Tokens that it signed stop verifying when verifiers read the JWK Set again, "
        + $"which they may have kept for {Duration.Format(schedule.JwksLifetime)} more.";

    private static string NotFound(string keyId) => $"There is no key '{keyId}'. 'postern keys list' shows all.";
}

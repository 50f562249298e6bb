using System.CommandLine;
using Postern.Signing;

namespace Postern.Cli;

/// <summary><c>postern keys rotate</c>.</summary>
internal sealed class KeysRotateCommand : Command
{
    private readonly Confirmation confirmation;

    public KeysRotateCommand(CommandLine line)
        : base(
            "rotate",
            """
            Makes the next key of each type now, before it is due.

            It is published at once and signs when verifiers have had time to learn it; nothing that was signed before stops
            verifying. For a key that is no longer to be trusted, see 'postern keys retire'.

            Example:
              postern keys rotate --key-vault https://example.vault.azure.net
            """
        )
    {
        confirmation = new Confirmation(this);
        line.Run(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellation)
    {
        using var configured = ConfiguredKeys.Get(invocation);
        var before = await configured.Keys.ListAsync(cancellation);
        if (before.FirstOrDefault(key => key.State == KeyState.Next) is { } next && !confirmation.Permits(invocation, Already(next)))
            return ExitCodes.Refused;
        await configured.Keys.RotateAsync(cancellation);
        var made = (await configured.Keys.ListAsync(cancellation)).ExceptBy(before.Select(key => key.KeyId), key => key.KeyId).ToList();
        if (made.FirstOrDefault(key => key.State == KeyState.Next)?.SignsFrom is { } from)
            invocation.Tell($"The new keys sign from {Fact.Instant(from)} on; until then the present ones do.");
        return invocation.List([.. made.Select(KeyFacts.Of)], KeyFacts.Columns);
    }

    private static string Already(SigningKey next)
    {
        var since = next.SignsFrom is { } from ? $", which signs from {Fact.Instant(from)} on" : "";
        return $"There is a next {next.KeyType} key already{since}; this makes one more.";
    }
}

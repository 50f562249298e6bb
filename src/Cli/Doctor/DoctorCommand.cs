using System.CommandLine;

namespace Postern.Cli;

/// <summary><c>postern doctor</c>: everything that can be seen from outside, each with what to do about it.</summary>
internal sealed class DoctorCommand : Command
{
    public DoctorCommand(CommandLine line)
        : base(
            "doctor",
            """
            Checks every setting, the tables, the keys, clocks and what the issuer publishes. Ends with 1 if anything fails.

            The settings are those of this environment, and tables and vault are asked with your own login; a running server
            has its own of both. To see whether it gets through, doctor asks it too: give --issuer.

            Example:
              postern doctor --issuer https://login.example.com --storage https://example.table.core.windows.net
            """
        )
    {
        Add(line.KeyVault);
        Add(line.Signing);
        line.Run(this, RunAsync);
    }

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken cancellation)
    {
        var findings = new List<Finding>();
        findings.AddRange(SettingsCheck.Look(invocation));
        findings.AddRange(await TablesCheck.LookAsync(invocation, cancellation));
        var (ofKeys, keys) = await KeysCheck.LookAsync(invocation, cancellation);
        findings.AddRange(ofKeys);
        findings.AddRange(await IssuerCheck.LookAsync(invocation, keys, cancellation));
        if (invocation.AsJson)
            invocation.List([.. findings.Select(finding => finding.Facts())]);
        else
            invocation.Terminal.Out.WriteLine(PlainText.Of([.. findings.SelectMany(finding => finding.Lines())]));
        return findings.Any(finding => finding.Severity == Severity.Fail) ? ExitCodes.Refused : ExitCodes.Ok;
    }
}

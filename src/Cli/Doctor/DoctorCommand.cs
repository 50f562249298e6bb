using System.CommandLine;

namespace Postern.Cli;

/// <summary><c>postern doctor</c>: everything that can be seen from outside, each with what to do about it.</summary>
internal sealed class DoctorCommand : Command
{
    public DoctorCommand(CommandLine line)
        : base(
            "doctor",
            """
            Checks settings, tables, clocks, the issuer's metadata and its keys. Ends with 1 if anything fails.
            The settings are those of this environment; a running server reads its own.

            Example:
              postern doctor --storage https://example.table.core.windows.net --issuer https://login.example.com
            """
        ) => line.Run(this, RunAsync);

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken cancellation)
    {
        var findings = new List<Finding>();
        findings.AddRange(SettingsCheck.Look(invocation));
        findings.AddRange(await TablesCheck.LookAsync(invocation, cancellation));
        findings.AddRange(await IssuerCheck.LookAsync(invocation, cancellation));
        if (invocation.AsJson)
            invocation.List([.. findings.Select(finding => finding.Facts())]);
        else
            invocation.Terminal.Out.WriteLine(PlainText.Of([.. findings.SelectMany(finding => finding.Lines())]));
        return findings.Any(finding => finding.Severity == Severity.Fail) ? ExitCodes.Refused : ExitCodes.Ok;
    }
}

using Postern.Storage;

namespace Postern.Cli;

/// <summary>Whether the tables can be read and written, and whether clocks agree.</summary>
internal static class TablesCheck
{
    private static readonly TimeSpan Noticeable = TimeSpan.FromSeconds(5);

    // Azure refuses requests signed a quarter of an hour off; codes live a minute.
    private static readonly TimeSpan TooMuch = TimeSpan.FromMinutes(1);

    public static async Task<IReadOnlyList<Finding>> LookAsync(Invocation invocation, CancellationToken cancellation)
    {
        if (invocation.Setting("POSTERN_STORAGE") is null)
            return [];
        var findings = new List<Finding>();
        try
        {
            var tables = invocation.Connect();
            var serviceTime = await tables.CheckAsync(cancellation);
            findings.Add(Finding.Ok("tables", "They can be read."));
            findings.Add(Clock(serviceTime, invocation.Now));
            findings.AddRange(await DaysAsync(new ExpiringTables(tables), DateOnly.FromDateTime(invocation.Now.UtcDateTime), cancellation));
        }
        catch (SettingException notUnderstood)
        {
            findings.Add(Finding.Fail("tables", notUnderstood.Message, "Correct --storage or POSTERN_STORAGE."));
        }
        catch (Exception exception) when (Failures.Explain(exception) is { } explanation)
        {
            findings.Add(Finding.Fail("tables", findings.Count == 0 ? "They cannot be read." : "They cannot be written.", explanation));
        }
        return findings;
    }

    private static async Task<IReadOnlyList<Finding>> DaysAsync(ExpiringTables expiring, DateOnly today, CancellationToken cancellation)
    {
        var both = await expiring.ExistsAsync(today, cancellation) && await expiring.ExistsAsync(today.AddDays(1), cancellation);
        await expiring.ProbeAsync(today, cancellation);
        return
        [
            both
                ? Finding.Ok("tables of the day", "Today's and tomorrow's are there.")
                : Finding.Warn(
                    "tables of the day",
                    "Today's or tomorrow's is missing.",
                    "The first write makes it, slowly. If this stays so, the timer 'sweep' does not run: look at the app's log."
                ),
            Finding.Ok("tables", "They can be written: a row was inserted and deleted."),
        ];
    }

    private static Finding Clock(DateTimeOffset? service, DateTimeOffset here)
    {
        if (service is not { } there)
            return Finding.Warn("clock", "The table service does not say what time it is.", "Compare this machine's clock by other means.");
        var skew = (here - there).Duration();
        var text = $"This machine and the table service are {(int)skew.TotalSeconds}s apart.";
        if (skew <= Noticeable)
            return Finding.Ok("clock", text);
        const string remedy = "Let this machine's clock be set by the network (NTP).";
        return skew > TooMuch ? Finding.Fail("clock", text, remedy) : Finding.Warn("clock", text, remedy);
    }
}

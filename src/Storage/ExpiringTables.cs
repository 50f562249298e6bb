using System.Globalization;

namespace Postern.Storage;

/// <summary>What a sweep did.</summary>
public sealed record SweepResult(IReadOnlyList<string> Dropped, IReadOnlyList<string> Created);

/// <summary>
/// A table for each day. A row lives in that of the last day on which it can matter, so that it goes with its table and
/// nothing is ever searched for what has expired.
/// </summary>
public sealed class ExpiringTables(Tables tables)
{
    private const string Prefix = "expiring";
    private const string DayFormat = "yyyyMMdd";

    /// <summary>Drops the tables of past days; makes today's, tomorrow's, and those in which tomorrow's long-lived rows will be.</summary>
    /// <param name="now">The current time, as it is here.</param>
    /// <param name="daysAhead">Lifetimes of rows, in days.</param>
    /// <param name="cancellation">Ends it; doing it again is harmless.</param>
    public async Task<SweepResult> SweepAsync(DateTimeOffset now, IEnumerable<int> daysAhead, CancellationToken cancellation)
    {
        // By the clock that is behind: one that runs ahead must not drop what is still good.
        var earlier = await tables.CheckAsync(cancellation) is { } there && there < now ? there : now;
        var today = DateOnly.FromDateTime(earlier.UtcDateTime);
        var existing = await tables.ListTablesAsync(Prefix, cancellation);
        // A day of grace, for clocks that are not quite together.
        var past = existing.Where(table => DayOf(table) < today.AddDays(-1)).ToList();
        foreach (var table in past)
            await tables.DeleteTableAsync(table, cancellation);
        DateOnly[] written = [.. daysAhead.Select(days => today.AddDays(1 + days)), today, today.AddDays(1)];
        var needed = written.Select(NameOf).Distinct().Except(existing).ToList();
        foreach (var table in needed)
            await tables.CreateTableAsync(table, cancellation);
        return new SweepResult(past, needed);
    }

    /// <summary>Whether there is a table for that day.</summary>
    public async Task<bool> ExistsAsync(DateOnly day, CancellationToken cancellation) =>
        (await tables.ListTablesAsync(NameOf(day), cancellation)).Contains(NameOf(day));

    /// <summary>Writes a row that means nothing and deletes it, to prove that this is allowed.</summary>
    public async Task ProbeAsync(DateOnly day, CancellationToken cancellation)
    {
        var (rows, key) = (new ExpiringRows(tables, "probe"), Guid.NewGuid().ToString("N"));
        await rows.InsertAsync(day, rows.New(key), cancellation);
        await rows.TryDeleteAsync(day, key, cancellation);
    }

    internal static string NameOf(DateOnly day) => Prefix + day.ToString(DayFormat, CultureInfo.InvariantCulture);

    private static DateOnly? DayOf(string table) =>
        DateOnly.TryParseExact(table[Prefix.Length..], DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
}

using Postern.Storage;

namespace Postern.Server;

/// <summary>
/// Drops the tables of past days and makes those that tomorrow will write to. The Functions host's timer POSTs here, and
/// so can any stranger (the call carries no secret), so it takes no parameters, is idempotent, and does its work at
/// most once an hour.
/// </summary>
internal sealed class SweepEndpoint(ExpiringTables tables, ServerOptions options, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    private long lastTicks = DateTimeOffset.MinValue.Ticks;

    public async Task<IResult> HandleAsync(HttpContext http)
    {
        await SweepAsync(http.RequestAborted);
        // An empty answer would hang the host's timer, and after its timeout the host kills this process.
        return new JsonResponse(_ => { });
    }

    public async Task SweepAsync(CancellationToken cancellation)
    {
        var (now, last) = (time.GetUtcNow(), Interlocked.Read(ref lastTicks));
        if (now.Ticks - last < Interval.Ticks || Interlocked.CompareExchange(ref lastTicks, now.Ticks, last) != last)
            return;
        var daysAhead = new[] { options.SessionLifetime, options.Lifetimes.RefreshTokenMax }.Select(lifetime => (int)lifetime.TotalDays);
        var swept = await tables.SweepAsync(now, daysAhead, cancellation);
        logger.LogInformation("Dropped {Dropped} tables of past days, made {Created} for days to come", swept.Dropped.Count, swept.Created.Count);
    }
}

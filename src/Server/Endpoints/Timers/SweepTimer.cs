using Microsoft.Azure.Functions.Worker;
using Postern.Protocol;
using Postern.Storage;

namespace Postern.Server;

/// <summary>Drops the tables of past days and makes those that tomorrow will write to.</summary>
internal sealed class SweepTimer(Tables storage, ExpiringTables tables, ServerOptions options, TimeProvider time, ILogger logger)
{
    [Function("sweep")]
    public async Task RunAsync([TimerTrigger("0 17 3 * * *")] TimerInfo timer, CancellationToken cancellation)
    {
        var daysAhead = new[] { options.SessionLifetime, options.Lifetimes.RefreshTokenMax }.Select(lifetime => (int)lifetime.TotalDays);
        // By the clock that is behind: one that runs ahead must not drop what is still good.
        var now = time.GetUtcNow();
        var earlier = await storage.CheckAsync(cancellation) is { } there && there < now ? there : now;
        var swept = await tables.SweepAsync(earlier, daysAhead, cancellation);
        logger.LogInformation("Dropped {Dropped} tables of past days, made {Created} for days to come", swept.Dropped.Count, swept.Created.Count);
    }
}

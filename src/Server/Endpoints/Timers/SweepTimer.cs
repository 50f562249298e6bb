using Microsoft.Azure.Functions.Worker;
using Postern.Protocol;
using Postern.Storage;

namespace Postern.Server;

/// <summary>Drops the tables of past days and makes those that tomorrow will write to.</summary>
internal sealed class SweepTimer(ExpiringTables tables, ServerOptions options, TimeProvider time, ILogger logger)
{
    [Function("sweep")]
    public async Task RunAsync([TimerTrigger("0 17 3 * * *")] TimerInfo timer, CancellationToken cancellation)
    {
        var ended = (2 * options.SessionLifetime) + Session.MaxAftermath;
        var daysAhead = new[] { options.SessionLifetime, options.Lifetimes.RefreshTokenMax, ended }.Select(lifetime => (int)lifetime.TotalDays);
        var swept = await tables.SweepAsync(time.GetUtcNow(), daysAhead, cancellation);
        logger.LogInformation("Dropped {Dropped} tables of past days, made {Created} for days to come", swept.Dropped.Count, swept.Created.Count);
    }
}

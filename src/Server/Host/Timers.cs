namespace Postern.Server;

/// <summary>Reminds the timer endpoints where no Functions host does: a server that runs alone.</summary>
internal sealed class Timers(IReadOnlyList<TimerEndpoint> endpoints, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(6);

    public async Task RunAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                foreach (var endpoint in endpoints)
                    await TryAsync(endpoint);
            } while (await timer.WaitForNextTickAsync(stopping));
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private async Task TryAsync(TimerEndpoint endpoint)
    {
        try
        {
            await endpoint.RunAsync();
        }
        // The next time may be better, and requests do not depend on it.
        catch (Exception exception)
        {
            ErrorBoundary.Report("A timer", exception, logger);
        }
    }
}

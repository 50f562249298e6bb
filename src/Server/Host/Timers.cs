using Microsoft.Azure.Functions.Worker;

namespace Postern.Server;

/// <summary>Runs the timers where no Functions host does: in a server that runs alone.</summary>
internal sealed class Timers(IReadOnlyList<TimerFunction> functions, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(6);

    public async Task RunAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                foreach (var function in functions)
                    await TryAsync(function, stopping);
            } while (await timer.WaitForNextTickAsync(stopping));
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private async Task TryAsync(TimerFunction function, CancellationToken stopping)
    {
        try
        {
            await function.Run(new TimerInfo(), stopping);
        }
        // The next time may be better, and requests do not depend on it.
        catch (Exception exception) when (!stopping.IsCancellationRequested)
        {
            ErrorBoundary.Report($"The timer {function.Name}", exception, logger);
        }
    }
}

using Microsoft.Azure.Functions.Worker;

namespace Postern.Server;

/// <summary>Runs the timers where no Functions host does: in a server that runs alone.</summary>
internal sealed class Timers(IReadOnlyList<TimerFunction> functions, TimeProvider time, ILogger logger)
{
    public Task RunAsync(CancellationToken stopping) => Task.WhenAll(functions.Select(function => RunAsync(function, stopping)));

    private async Task RunAsync(TimerFunction function, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(function.Interval, time);
        try
        {
            do
            {
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

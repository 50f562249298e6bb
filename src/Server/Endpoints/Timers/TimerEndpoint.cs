namespace Postern.Server;

/// <summary>
/// Work that is due once in a while. The Functions host's timer POSTs here, and so can any stranger (the call carries no
/// secret), so it takes no parameters, does nothing twice, and does its work at most once an hour.
/// </summary>
internal sealed class TimerEndpoint(Func<CancellationToken, Task> work, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    private long lastTicks = DateTimeOffset.MinValue.Ticks;

    public async Task<IResult> HandleAsync(HttpContext _)
    {
        // Not given up with the connection: a stranger who hangs up would have used up the hour.
        await RunAsync();
        // An empty answer would hang the host's timer, and after its timeout the host kills this process.
        return new JsonResponse(_ => { });
    }

    public async Task RunAsync()
    {
        var (now, last) = (time.GetUtcNow().UtcTicks, Interlocked.Read(ref lastTicks));
        if (now - last < Interval.Ticks || Interlocked.CompareExchange(ref lastTicks, now, last) != last)
            return;
        try
        {
            await work(CancellationToken.None);
        }
        catch
        {
            Interlocked.CompareExchange(ref lastTicks, last, now);
            throw;
        }
    }
}

namespace Postern.Server;

/// <summary>
/// A log that strangers cannot fill: of each kind of line which only says what somebody sent, no more than so many in a while, and
/// with the next one how many were left out. Warnings and errors are all there.
/// </summary>
internal sealed class BoundedLog(ILogger log, TimeProvider time) : ILogger
{
    /// <summary>Far more than a developer's mistakes make, and a quarter of a gigabyte a day.</summary>
    public const int MaxLines = 6000;

    public static readonly TimeSpan While = TimeSpan.FromMinutes(10);

    private readonly Lock gate = new();
    private readonly Dictionary<int, (long Since, int Count)> whiles = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => log.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => log.IsEnabled(logLevel);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var leftOut = 0;
        if (logLevel <= LogLevel.Information && !Admits(eventId.Id, out leftOut))
            return;
        if (leftOut > 0)
            log.LogWarning("{LeftOut} lines like the next one were left out, beyond {MaxLines} in {While}", leftOut, MaxLines, While);
        log.Log(logLevel, eventId, state, exception, formatter);
    }

    private bool Admits(int kind, out int leftOut)
    {
        lock (gate)
        {
            var (since, count) = whiles.GetValueOrDefault(kind, (time.GetTimestamp(), 0));
            var isOver = time.GetElapsedTime(since) >= While;
            leftOut = isOver ? Math.Max(0, count - MaxLines) : 0;
            whiles[kind] = isOver ? (time.GetTimestamp(), 1) : (since, count + 1);
            return isOver || count < MaxLines;
        }
    }
}

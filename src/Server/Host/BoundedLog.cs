namespace Postern.Server;

/// <summary>
/// A log that strangers cannot fill: of each kind of line which only says what somebody sent, no more than so many a minute, and
/// with the next one how many were left out. Warnings and errors are all there.
/// </summary>
internal sealed class BoundedLog(ILogger log, TimeProvider time) : ILogger
{
    /// <summary>Far more than a developer's mistakes make, and in a day less than a gigabyte.</summary>
    public const int MaxPerMinute = 600;

    private readonly Lock gate = new();
    private readonly Dictionary<int, (long Since, int Count)> minutes = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => log.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => log.IsEnabled(logLevel);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var leftOut = 0;
        if (logLevel <= LogLevel.Information && !Admits(eventId.Id, out leftOut))
            return;
        if (leftOut > 0)
            log.LogWarning("{LeftOut} lines like the next one were left out, beyond {MaxPerMinute} a minute", leftOut, MaxPerMinute);
        log.Log(logLevel, eventId, state, exception, formatter);
    }

    private bool Admits(int kind, out int leftOut)
    {
        lock (gate)
        {
            var (since, count) = minutes.GetValueOrDefault(kind, (time.GetTimestamp(), 0));
            var isOver = time.GetElapsedTime(since) >= TimeSpan.FromMinutes(1);
            leftOut = isOver ? Math.Max(0, count - MaxPerMinute) : 0;
            minutes[kind] = isOver ? (time.GetTimestamp(), 1) : (since, count + 1);
            return isOver || count < MaxPerMinute;
        }
    }
}

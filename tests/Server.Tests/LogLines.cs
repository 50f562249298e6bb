using System.Collections.Concurrent;

namespace Postern.Tests;

/// <summary>Keeps every log line of every level and category, exceptions too.</summary>
public sealed class LogLines : ILoggerProvider
{
    private readonly ConcurrentQueue<string> lines = new();

    public IReadOnlyCollection<string> Lines => lines;

    /// <summary>Waits for a line that something in the background is about to write.</summary>
    public async Task WaitAsync(string part)
    {
        for (var tries = 0; tries < 500 && !lines.Any(line => line.Contains(part, StringComparison.Ordinal)); tries++)
            await Task.Delay(20);
        Assert.Contains(lines, line => line.Contains(part, StringComparison.Ordinal));
    }

    public ILogger CreateLogger(string categoryName) => new Category(categoryName, lines);

    public void Dispose() { }

    private sealed class Category(string name, ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{logLevel} {name} {formatter(state, exception)} {exception}");
    }
}

using System.Collections.Concurrent;
using System.Diagnostics;

namespace Postern.FunctionsHost;

/// <summary>What workers of a host have written, over the stream or to their outputs.</summary>
public sealed class WorkerLog
{
    private readonly ConcurrentQueue<string> lines = new();

    public IReadOnlyCollection<string> Lines => lines;

    /// <summary><see cref="Stopwatch"/> time at which the last worker called in.</summary>
    public long StartedAt { get; private set; }

    internal void Add(string line)
    {
        if (line.Length > 0)
            lines.Enqueue(line);
    }

    internal void Started() => StartedAt = Stopwatch.GetTimestamp();

    public override string ToString() => string.Join('\n', lines);
}

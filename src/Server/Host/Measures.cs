using System.Diagnostics.Metrics;

namespace Postern.Server;

/// <summary>What is counted beside the log, for whoever listens: <c>dotnet-counters</c>, OpenTelemetry.</summary>
internal static class Measures
{
    private static readonly Meter Meter = new("Postern");

    /// <summary>Replaced refresh tokens that were asked for again and yielded the same successor.</summary>
    public static readonly Counter<long> RefreshRetries =
        Meter.CreateCounter<long>("postern.refresh.retries", "{request}", "Replaced refresh tokens that were asked for again.");
}

namespace Postern.Server;

/// <summary>Where log lines go: to standard output, one line each, which the Functions host and containers collect.</summary>
public static class Logs
{
    public static void Configure(ILoggingBuilder logging)
    {
        logging.AddSimpleConsole(console => console.SingleLine = true);
        // The framework's line per request would name every path and query.
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Information);
        // What keeps it from starting is said once, in a line.
        logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
    }
}

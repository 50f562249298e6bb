using System.Text.Json;
using Azure;

namespace Postern.Storage;

/// <summary>
/// The table service was not reached, or no answer of its own came back before the deadline: whatever a network, a gateway or a
/// service that hangs makes of a request. Its status is 0.
/// </summary>
public sealed class TableOutageException : RequestFailedException
{
    internal TableOutageException(string message, bool mayBeWritten = false, Exception? inner = null)
        : base(0, message, null, inner) => MayBeWritten = mayBeWritten;

    /// <summary>Whether the row may have been written all the same, now or in a while. False: it certainly was not.</summary>
    public bool MayBeWritten { get; }

    /// <summary>Whether this is how an outage ends: the client's own retries end in an AggregateException of what each met.</summary>
    internal static bool Is(Exception exception) =>
        exception switch
        {
            TableException or TableOutageException => false,
            // What is in between may answer with success too, and with a page of its own.
            RequestFailedException failed => failed.Status < 400,
            AggregateException or OperationCanceledException or IOException or HttpRequestException => true,
            // A body that was cut short.
            JsonException => true,
            _ => false,
        };

    internal static TableOutageException OfGateway(int status, bool mayBeWritten) =>
        new($"Table Storage did not answer itself, but something in between ({status})", mayBeWritten);

    internal static TableOutageException Of(Exception exception, bool mayBeWritten)
    {
        var cause = exception is AggregateException { InnerExceptions: [.., var last] } ? last : exception;
        var reason = cause switch
        {
            OperationCanceledException => "did not answer in time",
            JsonException => "answered with half a body, or something in between did",
            _ => $"cannot be reached: {cause.Message.Split('\n', 2)[0].TrimEnd('\r')}",
        };
        return new TableOutageException($"Table Storage {reason}", mayBeWritten, exception);
    }
}

using Azure;
using Azure.Core;
using Azure.Data.Tables;

namespace Postern.Storage;

/// <summary>How patiently the table service is asked, and what becomes of it when it does not answer.</summary>
/// <param name="patience">One deadline for all tries of an operation, and for the look at what an uncertain one has left behind.</param>
internal sealed class TableCalls(TimeSpan patience)
{
    /// <summary>Of a server: with it, and with what else a request waits for, people and clients are answered within 15 seconds.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    /// <summary>With three retries, of which one that hangs leaves time for others.</summary>
    public static TableClientOptions Options()
    {
        var options = new TableClientOptions();
        options.Retry.MaxRetries = 3;
        options.Retry.Delay = TimeSpan.FromMilliseconds(100);
        options.Retry.MaxDelay = TimeSpan.FromSeconds(2);
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(2.5);
        options.Diagnostics.IsLoggingContentEnabled = false;
        options.AddPolicy(new OutcomePolicy(), HttpPipelinePosition.PerCall);
        options.AddPolicy(new TryPolicy(), HttpPipelinePosition.PerRetry);
        return options;
    }

    /// <exception cref="OperationCanceledException">The caller has given up.</exception>
    /// <exception cref="TableOutageException">The deadline has passed, or nobody answered.</exception>
    public async Task<T> AskAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(patience);
        try
        {
            return await ask(deadline.Token);
        }
        catch (Exception e) when (cancellation.IsCancellationRequested && (e is TableOutageException || TableOutageException.Is(e)))
        {
            throw new OperationCanceledException(e.Message, e, cancellation);
        }
        catch (Exception e) when (TableOutageException.Is(e))
        {
            throw TableOutageException.Of(e, mayBeWritten: false);
        }
    }

    /// <summary>False: it was refused in the way that is expected.</summary>
    public Task<bool> TryAsync(Func<CancellationToken, Task> ask, Func<TableException, bool> isExpected, CancellationToken cancellation) =>
        AskAsync(async token =>
        {
            try
            {
                await ask(token);
                return true;
            }
            catch (TableException e) when (isExpected(e))
            {
                return false;
            }
        }, cancellation);

    /// <summary>Writes a row under an operation id of its own. False: refused, for somebody else was first.</summary>
    /// <param name="row">What is written.</param>
    /// <param name="write">Writes it.</param>
    /// <param name="isLost">Whether a refusal says that somebody else was first.</param>
    /// <param name="find">Reads the row.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="TableOutageException">Says whether it may be written all the same.</exception>
    public Task<bool> WriteAsync(
        Row row,
        Func<CancellationToken, Task> write,
        Func<TableException, bool> isLost,
        Func<CancellationToken, Task<Row?>> find,
        CancellationToken cancellation
    )
    {
        row.Set(Row.Operation, Guid.NewGuid().ToString("N"));
        return AskAsync(async token =>
        {
            try
            {
                await write(token);
                return true;
            }
            catch (TableException e) when (isLost(e))
            {
                // A retried write may meet its own first try. Only then is the row worth another look.
                return e.MayBeWritten && await IsOursAsync(row, find, token);
            }
            catch (RequestFailedException e) when (e is TableException { MayBeWritten: true } or TableOutageException { MayBeWritten: true })
            {
                return await IsOursAsync(row, find, token) ? true : throw new TableOutageException(e.Message, mayBeWritten: true, e);
            }
        }, cancellation);
    }

    private static async Task<bool> IsOursAsync(Row written, Func<CancellationToken, Task<Row?>> find, CancellationToken cancellation)
    {
        try
        {
            return await find(cancellation) is { } found && found.Text(Row.Operation) == written.Text(Row.Operation);
        }
        catch (Exception e) when (e is RequestFailedException or OperationCanceledException)
        {
            throw new TableOutageException("Table Storage did not say what became of a write", mayBeWritten: true, e);
        }
    }
}

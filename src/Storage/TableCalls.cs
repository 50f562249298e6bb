using Azure;
using Azure.Core;
using Azure.Data.Tables;

namespace Postern.Storage;

/// <summary>How patiently the table service is asked, and what becomes of it when it does not answer.</summary>
internal static class TableCalls
{
    /// <summary>One deadline for all tries of an operation, and for the look at what an uncertain one has left behind.</summary>
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
    public static async Task<T> AskAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(Patience);
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
    public static Task<bool> TryAsync(Func<CancellationToken, Task> ask, Func<TableException, bool> isExpected, CancellationToken cancellation) =>
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

    /// <summary>One page of rows. Null: the table is not there, since nothing was written to it yet.</summary>
    public static async Task<Page<TableEntity>?> PageAsync(AsyncPageable<TableEntity> rows, string? from, CancellationToken cancellation)
    {
        try
        {
            await foreach (var page in rows.AsPages(from).WithCancellation(cancellation))
                return page;
            return null;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }
}

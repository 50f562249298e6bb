using System.Collections.Concurrent;
using System.Threading.Channels;
using Grpc.Core;
using Postern.FunctionsHost.Rpc;

namespace Postern.FunctionsHost;

/// <summary>The one stream of a worker: what is asked of it, and its answers by the id of what was asked.</summary>
/// <param name="logged">Gets each line that the worker logs.</param>
internal sealed class Conversation(Action<string> logged)
{
    private readonly Channel<StreamingMessage> outgoing = Channel.CreateUnbounded<StreamingMessage>();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<StreamingMessage>> waiting = new();
    private volatile bool over;

    public bool IsOver => over;

    /// <summary>Sends and returns the answer.</summary>
    /// <exception cref="IOException">The worker is gone.</exception>
    public async Task<StreamingMessage> AskAsync(StreamingMessage message)
    {
        message.RequestId = Guid.NewGuid().ToString();
        var answer = new TaskCompletionSource<StreamingMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting[message.RequestId] = answer;
        Tell(message);
        // It may have ended between the two.
        if (over)
            End();
        return await answer.Task;
    }

    public void Tell(StreamingMessage message) => outgoing.Writer.TryWrite(message);

    /// <summary>Whoever waits for an answer is told that none comes.</summary>
    public void End()
    {
        over = true;
        outgoing.Writer.TryComplete();
        foreach (var id in waiting.Keys)
        {
            if (waiting.TryRemove(id, out var answer))
                answer.TrySetException(new IOException("The worker is gone."));
        }
    }

    /// <summary>Talks until either side ends.</summary>
    public async Task RunAsync(
        IAsyncStreamReader<StreamingMessage> reader,
        IServerStreamWriter<StreamingMessage> writer,
        CancellationToken cancellation
    )
    {
        var writing = WriteAsync(writer, cancellation);
        try
        {
            while (await reader.MoveNext(cancellation))
                Take(reader.Current);
        }
        catch (Exception broken) when (broken is IOException or OperationCanceledException or Grpc.Core.RpcException)
        {
            // Killed; the process says so too.
        }
        End();
        await writing;
    }

    private async Task WriteAsync(IServerStreamWriter<StreamingMessage> writer, CancellationToken cancellation)
    {
        try
        {
            await foreach (var message in outgoing.Reader.ReadAllAsync(cancellation))
                await writer.WriteAsync(message, cancellation);
        }
        catch (Exception broken) when (broken is IOException or OperationCanceledException or InvalidOperationException or Grpc.Core.RpcException)
        {
            End();
        }
    }

    private void Take(StreamingMessage message)
    {
        if (message.RpcLog is { } log)
            logged($"{log.Category}: {log.Message} {log.Exception?.Message}".TrimEnd());
        else if (waiting.TryRemove(message.RequestId, out var answer))
            answer.TrySetResult(message);
    }
}

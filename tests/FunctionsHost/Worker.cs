using Google.Protobuf.WellKnownTypes;
using Postern.FunctionsHost.Rpc;

namespace Postern.FunctionsHost;

/// <summary>A worker process that has told its functions and loaded them.</summary>
internal sealed class Worker
{
    private readonly Conversation conversation;

    private Worker(WorkerProcess process, Conversation conversation) => (Process, this.conversation) = (process, conversation);

    public WorkerProcess Process { get; }

    /// <summary>Whether it has ended, or no longer talks.</summary>
    public bool IsGone => conversation.IsOver;

    /// <summary>Where its own web server listens.</summary>
    public required Uri HttpUri { get; init; }

    public required IReadOnlyList<Function> Functions { get; init; }

    /// <summary>Starts the process, and goes with it through init, metadata and load, as the host does.</summary>
    /// <exception cref="InvalidOperationException">It ended or refused before it was ready; the message has its log.</exception>
    public static async Task<Worker> StartAsync(App app, RpcServer rpc, Dictionary<string, string> settings, WorkerLog log)
    {
        var (id, conversation) = (Guid.NewGuid().ToString(), new Conversation(log.Add));
        var called = rpc.Expect(id, conversation);
        var process = WorkerProcess.Start(app, [
            "--functions-uri", rpc.Address.ToString(),
            "--functions-worker-id", id,
            "--functions-request-id", Guid.NewGuid().ToString(),
            "--functions-grpc-max-message-length", $"{int.MaxValue}",
        ], settings, log);
        _ = process.Exited.ContinueWith(_ => conversation.End(), TaskScheduler.Default);
        try
        {
            await await Task.WhenAny(called, process.Exited);
            log.Started();
            return await LoadAsync(app, process, conversation);
        }
        catch (IOException)
        {
            throw new InvalidOperationException($"The worker did not start:\n{log}");
        }
    }

    /// <summary>Runs a function; a worker that goes away has failed it.</summary>
    /// <returns>Whether it succeeded, and what it threw otherwise.</returns>
    public async Task<Outcome> InvokeAsync(InvocationRequest request)
    {
        try
        {
            var answer = await conversation.AskAsync(new StreamingMessage { InvocationRequest = request });
            var result = answer.InvocationResponse.Result;
            return new Outcome(result.Status == StatusResult.Types.Status.Success, result.Exception?.Message);
        }
        catch (IOException gone)
        {
            return new Outcome(false, gone.Message);
        }
    }

    public void Cancel(string invocationId) =>
        conversation.Tell(new StreamingMessage { InvocationCancel = new InvocationCancel { InvocationId = invocationId } });

    /// <summary>Asks it to end, and kills it if it has not within five seconds.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> TerminateAsync()
    {
        var grace = TimeSpan.FromSeconds(5);
        conversation.Tell(new StreamingMessage { WorkerTerminate = new WorkerTerminate { GracePeriod = Duration.FromTimeSpan(grace) } });
        if (await Task.WhenAny(Process.Exited, Task.Delay(grace)) != Process.Exited)
            Process.Kill();
        return await Process.Exited;
    }

    private static async Task<Worker> LoadAsync(App app, WorkerProcess process, Conversation conversation)
    {
        var init = new WorkerInitRequest { HostVersion = "4.1037.0", WorkerDirectory = app.Folder, FunctionAppDirectory = app.Folder };
        init.Capabilities["MultiStream"] = "10";
        var ready = (await conversation.AskAsync(new StreamingMessage { WorkerInitRequest = init })).WorkerInitResponse;
        Check(ready.Result);
        var ask = new FunctionsMetadataRequest { FunctionAppDirectory = app.Folder };
        var found = (await conversation.AskAsync(new StreamingMessage { FunctionsMetadataRequest = ask })).FunctionMetadataResponse;
        Check(found.Result);
        await Task.WhenAll(found.FunctionMetadataResults.Select(metadata => LoadAsync(conversation, metadata)));
        return new Worker(process, conversation)
        {
            HttpUri = new Uri(ready.Capabilities["HttpUri"]),
            Functions = [.. found.FunctionMetadataResults.Select(metadata => new Function(metadata, app.RoutePrefix))],
        };
    }

    private static async Task LoadAsync(Conversation conversation, RpcFunctionMetadata metadata)
    {
        var request = new FunctionLoadRequest { FunctionId = metadata.FunctionId, Metadata = metadata };
        Check((await conversation.AskAsync(new StreamingMessage { FunctionLoadRequest = request })).FunctionLoadResponse.Result);
    }

    private static void Check(StatusResult result)
    {
        if (result.Status != StatusResult.Types.Status.Success)
            throw new InvalidOperationException(result.Exception?.Message ?? "The worker refused.");
    }
}

/// <summary>How an invocation ended.</summary>
/// <param name="Succeeded">As the worker says.</param>
/// <param name="Problem">What it threw.</param>
public sealed record Outcome(bool Succeeded, string? Problem);

using System.Collections.Concurrent;
using Postern.FunctionsHost.Rpc;

namespace Postern.FunctionsHost;

/// <summary>
/// Runs a packaged isolated worker as the Functions host does, as far as that was measured: starts it, goes with it through
/// the protocol, forwards requests by the routes that the worker names, fires timers when told to, ends invocations that
/// outlast functionTimeout, starts a worker that died again (not the third time), and lets requests finish when it stops.
/// </summary>
/// <remarks>It neither waits before a second restart nor runs timers by their schedule.</remarks>
public sealed class TestHost : IAsyncDisposable
{
    private readonly App app;
    private readonly Dictionary<string, string> settings;
    private readonly RpcServer rpc;
    private readonly FrontEnd frontEnd;
    private readonly Lock gate = new();
    private Task<Worker> current;
    private volatile bool replacing;
    private volatile bool stopping;
    private int crashes;
    private int invoked;
    private int ended;

    private TestHost(string folder, IReadOnlyDictionary<string, string> settings, PlatformOptions options, RpcServer rpc)
    {
        (app, this.rpc) = (new App(folder, settings), rpc);
        frontEnd = new FrontEnd(this, options);
        this.settings = new Dictionary<string, string> { ["HOME"] = Home, ["WEBSITE_SITE_NAME"] = "test" };
        foreach (var (name, value) in settings)
            this.settings[name] = value;
        current = Task.FromException<Worker>(new InvalidOperationException("not started"));
    }

    /// <summary>Where requests come in.</summary>
    public Uri Address => frontEnd.Address;

    /// <summary>The worker's home, empty at the start.</summary>
    public string Home { get; } = Directory.CreateTempSubdirectory("functions-host-").FullName;

    public WorkerLog Log { get; } = new();

    /// <summary>How many workers it has started.</summary>
    public int Starts { get; private set; }

    /// <summary>How many invocations it has sent, and how many of them have not been answered yet.</summary>
    public (int All, int Running) Invocations => (invoked, invoked - ended);

    /// <summary>Invocations that did not succeed: the function's name and what it threw.</summary>
    public ConcurrentQueue<(string Function, string Problem)> Failures { get; } = new();

    public WorkerProcess Process => current.Result.Process;

    /// <summary>The worker's own address, which nobody but the host should know.</summary>
    public Uri WorkerAddress => current.Result.HttpUri;

    public IReadOnlyList<Function> Functions => current.Result.Functions;

    /// <param name="folder">As a deployment unpacks it.</param>
    /// <param name="settings">The app's settings; the worker gets nothing else of the environment.</param>
    /// <param name="options">What the platform adds.</param>
    /// <exception cref="InvalidOperationException">The worker did not start; the message has its log.</exception>
    public static async Task<TestHost> StartAsync(
        string folder,
        IReadOnlyDictionary<string, string>? settings = null,
        PlatformOptions? options = null
    )
    {
        var host = new TestHost(folder, settings ?? new Dictionary<string, string>(), options ?? new PlatformOptions(), await RpcServer.StartAsync());
        await host.frontEnd.StartAsync();
        // The host hands its own address down, where nobody else can listen.
        host.settings["ASPNETCORE_URLS"] = host.Address.ToString();
        host.current = host.StartWorkerAsync();
        try
        {
            await host.current;
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a function that a timer triggers, with what the host tells of the schedule.</summary>
    public async Task<Outcome> FireAsync(string name, string timer = TimerPayload)
    {
        var worker = await WorkerAsync();
        var function = worker.Functions.Single(one => one.Name == name && one.IsTimer);
        return await InvokeAsync(worker, function, Request(function, new TypedData { Json = timer }));
    }

    /// <summary>As the real host sends it, byte for byte.</summary>
    public const string TimerPayload =
        """{"Schedule":{"AdjustForDST":true},"ScheduleStatus":{"Last":"0001-01-01T00:00:00+00:00","Next":"2026-11-28T03:00:00+00:00","LastUpdated":"0001-01-01T00:00:00+00:00"},"IsPastDue":false}""";

    /// <summary>SIGKILL for the worker; returns when the next one is ready.</summary>
    public async Task KillAsync()
    {
        var killed = Process;
        killed.Kill();
        await killed.Exited;
        await WorkerAsync();
    }

    /// <summary>As for SIGTERM: takes no more requests, lets those that run finish, then asks the worker to end.</summary>
    /// <returns>The worker's exit code.</returns>
    public async Task<int> StopAsync()
    {
        stopping = true;
        await frontEnd.StopAsync();
        return await current.Result.TerminateAsync();
    }

    /// <summary>Ends everything at once.</summary>
    public async ValueTask DisposeAsync()
    {
        stopping = true;
        if (await Task.WhenAny(current) is { IsCompletedSuccessfully: true } started)
        {
            started.Result.Process.Kill();
            await started.Result.Process.Exited;
        }
        await frontEnd.DisposeAsync();
        await rpc.DisposeAsync();
        Directory.Delete(Home, recursive: true);
    }

    /// <summary>The worker; after a crash, the next one once it is ready. Null while one that did not obey is being replaced.</summary>
    internal async Task<Worker?> ReadyAsync() => replacing ? null : await WorkerAsync();

    /// <summary>Runs a function, and cancels it at functionTimeout. A worker that does not obey within two seconds is replaced.</summary>
    internal async Task<Outcome> InvokeAsync(Worker worker, Function function, InvocationRequest request)
    {
        Interlocked.Increment(ref invoked);
        var invocation = worker.InvokeAsync(request);
        _ = invocation.ContinueWith(_ => Interlocked.Increment(ref ended), TaskScheduler.Default);
        Outcome outcome;
        try
        {
            outcome = await invocation.WaitAsync(app.FunctionTimeout);
        }
        catch (TimeoutException late)
        {
            outcome = new Outcome(false, late.Message);
            worker.Cancel(request.InvocationId);
            if (await Task.WhenAny(invocation, Task.Delay(TimeSpan.FromSeconds(2))) != invocation)
                Replace(worker);
        }
        if (!outcome.Succeeded)
            Failures.Enqueue((function.Name, outcome.Problem ?? ""));
        return outcome;
    }

    internal static InvocationRequest Request(Function function, TypedData trigger) =>
        new()
        {
            InvocationId = Guid.NewGuid().ToString(),
            FunctionId = function.Metadata.FunctionId,
            InputData = { new ParameterBinding { Name = function.Parameter, Data = trigger } },
            // Without one the worker fails, and its HTTP side hangs.
            TraceContext = new RpcTraceContext(),
        };

    private async Task<Worker> StartWorkerAsync()
    {
        Starts++;
        var worker = await Worker.StartAsync(app, rpc, settings, Log);
        _ = worker.Process.Exited.ContinueWith(_ => WorkerAsync(), TaskScheduler.Default);
        return worker;
    }

    private Task<Worker> WorkerAsync()
    {
        lock (gate)
        {
            if (stopping || !current.IsCompletedSuccessfully || !current.Result.IsGone)
                return current;
            if (++crashes < 3)
                return current = StartWorkerAsync();
            stopping = true;
            _ = frontEnd.StopAsync();
            return current;
        }
    }

    private void Replace(Worker worker)
    {
        lock (gate)
        {
            if (replacing || stopping)
                return;
            replacing = true;
            current = ReplacedAsync(worker);
        }
    }

    private async Task<Worker> ReplacedAsync(Worker worker)
    {
        await worker.TerminateAsync();
        var next = await StartWorkerAsync();
        replacing = false;
        return next;
    }
}

/// <summary>What the platform around a host adds.</summary>
public sealed record PlatformOptions
{
    /// <summary>As on Flex: the platform answers preflights itself, and for these origins it names them. Null: all of it is the app's.</summary>
    public IReadOnlyList<string>? CorsOrigins { get; init; }

    /// <summary>What functions that are not anonymous ask for.</summary>
    public string FunctionKey { get; init; } = "the-key-of-every-function";
}

using System.Net;
using Postern.FunctionsHost.Rpc;

namespace Postern.FunctionsHost;

/// <summary>The host's public side: finds the function, runs it, and passes the request on to the worker's own web server.</summary>
internal sealed class FrontEnd : IAsyncDisposable
{
    private readonly TestHost host;
    private readonly PlatformOptions options;
    private readonly WebApplication app;
    private readonly Forwarder forwarder = new();

    public FrontEnd(TestHost host, PlatformOptions options)
    {
        (this.host, this.options) = (host, options);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Limits.MaxRequestBodySize = 100 * 1024 * 1024;
        });
        app = builder.Build();
        app.Run(HandleAsync);
    }

    public Uri Address => new(app.Urls.Single());

    public Task StartAsync() => app.StartAsync();

    public Task StopAsync() => app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        forwarder.Dispose();
    }

    private async Task HandleAsync(HttpContext http)
    {
        if (options.CorsOrigins is { } origins && AnswersPreflight(http, origins))
            return;
        if (await host.ReadyAsync() is not { } worker)
        {
            http.Response.StatusCode = 500;
            return;
        }
        var function = worker.Functions.Where(one => one.Matches(http.Request.Method, http.Request.Path)).MinBy(one => one.Precedence);
        if (function is null || !IsAllowed(function, http.Request))
            http.Response.StatusCode = function is null ? 404 : 401;
        else
            await RunAsync(http, worker, function);
    }

    private async Task RunAsync(HttpContext http, Worker worker, Function function)
    {
        var request = TestHost.Request(function, new TypedData { Http = new RpcHttp() });
        var invocation = host.InvokeAsync(worker, function, request);
        using var left = http.RequestAborted.Register(() => worker.Cancel(request.InvocationId));
        var passedOn = await forwarder.TryForwardAsync(http, worker.HttpUri, request.InvocationId, invocation);
        // A function that throws is 200 on the worker's HTTP side; that it threw is said here alone.
        var outcome = await invocation;
        if (passedOn && outcome.Succeeded)
            return;
        if (http.Response.HasStarted)
        {
            http.Abort();
            return;
        }
        http.Response.Clear();
        http.Response.StatusCode = 500;
    }

    private bool IsAllowed(Function function, HttpRequest request) =>
        function.IsAnonymous || request.Query["code"] == options.FunctionKey || request.Headers["x-functions-key"] == options.FunctionKey;

    // Of a simple request the answer gets the origin too, in place of what the app has said.
    private static bool AnswersPreflight(HttpContext http, IReadOnlyList<string> origins)
    {
        var (request, response) = (http.Request, http.Response);
        if (request.Headers.Origin.ToString() is not { Length: > 0 } origin)
            return false;
        var isPreflight = request.Method == HttpMethods.Options && request.Headers.AccessControlRequestMethod.Count > 0;
        if (isPreflight)
            response.StatusCode = 204;
        if (!origins.Contains(origin))
            return isPreflight;
        response.OnStarting(() =>
        {
            response.Headers.AccessControlAllowOrigin = origin;
            return Task.CompletedTask;
        });
        if (isPreflight)
        {
            response.Headers.AccessControlAllowMethods = request.Headers.AccessControlRequestMethod;
            response.Headers.AccessControlAllowHeaders = request.Headers.AccessControlRequestHeaders;
        }
        return isPreflight;
    }
}

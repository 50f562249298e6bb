using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.Invocation;
using Postern.Protocol;
using Postern.Signing;
using Postern.Storage;

namespace Postern.Server;

/// <summary>The server as an isolated worker: the Functions host starts it, sends it requests, and reminds it of its timers.</summary>
public static class WorkerHost
{
    /// <summary>Whether a Functions host has started this process: by arguments, or in a process that it had ready (a placeholder).</summary>
    public static bool IsCalled(string[] arguments) =>
        arguments.Contains("--functions-uri") || AppContext.GetData("AZURE_FUNCTIONS_NATIVE_HOST") is not null;

    /// <summary>Builds a worker that connects to its host once it is started.</summary>
    /// <param name="arguments">Where the host is, among others.</param>
    /// <param name="options">The settings.</param>
    /// <param name="tables">Where state is.</param>
    /// <param name="keys">Who signs.</param>
    /// <param name="time">The clock.</param>
    public static IHost Build(string[] arguments, ServerOptions options, Tables tables, ServerKeys keys, TimeProvider time)
    {
        var builder = FunctionsApplication.CreateBuilder(arguments);
        builder.ConfigureFunctionsWebApplication();
        // The console, as everywhere: what goes to the host itself is filtered by a list of functions in host.json.
        builder.Logging.ClearProviders();
        Logs.Configure(builder.Logging);
        // MVC's, for cookies that are not used here. It would write a key into the home folder at each start.
        if (builder.Services.FirstOrDefault(service => service.ImplementationType?.Name == "DataProtectionHostedService") is { } protection)
            builder.Services.Remove(protection);
        builder.Services.Configure<KestrelServerOptions>(PosternServer.Limit);
        builder.Services.AddPostern(options, tables, keys, time);
        builder.Services.AddSingleton<IFunctionExecutor, Executor>();
        return builder.Build();
    }

    /// <summary>Runs what the host invokes, by its name.</summary>
    private sealed class Executor(Functions functions, Pipeline pipeline) : IFunctionExecutor
    {
        private readonly Dictionary<string, HttpFunction> http = functions.Http.ToDictionary(function => function.Name);
        private readonly Dictionary<string, TimerFunction> timers = functions.Timers.ToDictionary(function => function.Name);

        // A timer that fails says so to the host by its exception, which logs it and counts it.
        public async ValueTask ExecuteAsync(FunctionContext context)
        {
            var name = context.FunctionDefinition.Name;
            if (http.TryGetValue(name, out var function))
                await AnswerAsync(function, context.GetHttpContext()!, context.CancellationToken);
            else
                await timers[name].Run(new TimerInfo(), context.CancellationToken);
        }

        private async Task AnswerAsync(HttpFunction function, HttpContext request, CancellationToken cancellation)
        {
            // The host's time-out cancels the invocation alone.
            using var either = CancellationTokenSource.CreateLinkedTokenSource(request.RequestAborted, cancellation);
            request.RequestAborted = either.Token;
            await pipeline.AnswerAsync(function, request);
        }
    }
}

using Postern.Protocol;
using Postern.Signing;

namespace Postern.Server;

/// <summary>
/// Does what the first request would wait for, while the Functions host is still loading functions: code is compiled, keys are
/// read and opened, and connections are there. Requests do not wait for it.
/// </summary>
internal sealed class WarmUp(Functions functions, Pipeline pipeline, ServerKeys keys, ILogger logger) : IHostedService
{
    // Without side effects, whatever the state of storage and vault.
    private static readonly string[] Asked = [Paths.OpenIdConfiguration, Paths.Jwks, Paths.HealthLive];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _ = Task.Run(RunAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task RunAsync()
    {
        try
        {
            await Task.WhenAll(functions.Http.Where(function => Asked.Contains(function.Route)).Select(AskAsync));
            await keys.Signer.CheckAsync(CancellationToken.None);
        }
        // The first request will meet the same, and be answered.
        catch (Exception exception)
        {
            ErrorBoundary.Report("Warming up", exception, logger);
        }
    }

    private Task AskAsync(HttpFunction function) =>
        pipeline.AnswerAsync(function, new DefaultHttpContext { Request = { Method = HttpMethods.Get }, Response = { Body = Stream.Null } });
}

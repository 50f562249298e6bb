using Microsoft.Azure.Functions.Worker;
using Postern.Protocol;
using Postern.Signing;
using Postern.Storage;

namespace Postern.Server;

/// <summary>
/// Whether the process answers (<c>/health/live</c>), and whether it could serve a request (<c>/health/ready</c>). It is
/// open to everybody, so readiness is looked at once in a while whatever the number of questions, and says no more than yes or no.
/// </summary>
internal sealed class HealthEndpoint(Tables tables, ISigner signer, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(30);

    private readonly Lock turn = new();
    private Task<bool>? check;
    private long checkedAt;

    [Function("health-live"), BackChannel("GET", "HEAD")]
    public static Task<IResult> LiveAsync([HttpTrigger(AuthorizationLevel.Anonymous, Route = Paths.HealthLive)] HttpRequest request) =>
        Task.FromResult<IResult>(Answer(true));

    [Function("health-ready"), BackChannel("GET", "HEAD")]
    public async Task<IResult> ReadyAsync([HttpTrigger(AuthorizationLevel.Anonymous, Route = Paths.HealthReady)] HttpRequest request) =>
        Answer(await Check().WaitAsync(request.HttpContext.RequestAborted));

    // All who ask meanwhile wait for the same look.
    private Task<bool> Check()
    {
        lock (turn)
        {
            if (check is null || time.GetElapsedTime(checkedAt) > Freshness)
                (check, checkedAt) = (LookAsync(), time.GetTimestamp());
            return check;
        }
    }

    private async Task<bool> LookAsync()
    {
        try
        {
            await tables.CheckAsync(CancellationToken.None);
            await signer.CheckAsync(CancellationToken.None);
            return true;
        }
        // Whatever it is, not being ready is the answer and the log says why.
        catch (Exception exception)
        {
            ErrorBoundary.Report("Readiness", exception, logger);
            return false;
        }
    }

    private static JsonResponse Answer(bool good) =>
        new(
            writer => writer.WriteString("status", good ? "ok" : "unavailable"),
            good ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable,
            good ? null : Freshness
        );
}

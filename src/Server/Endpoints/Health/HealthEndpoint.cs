using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Postern.Signing;
using Postern.Storage;

namespace Postern.Server;

/// <summary>
/// Whether the process answers (<c>/health/live</c>), and whether it could serve a request (<c>/health/ready</c>). It is
/// open to everybody, so readiness is looked at once in a while whatever the number of questions, and says no more than yes or no.
/// </summary>
internal sealed class HealthEndpoint(Tables tables, ISigner signer, TimeProvider time, ILogger logger) : IDisposable
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim once = new(1);
    private (bool Ready, DateTimeOffset At) last = (false, DateTimeOffset.MinValue);

    public Task<IResult> LiveAsync(HttpContext http) => Task.FromResult<IResult>(Answer(true));

    public async Task<IResult> ReadyAsync(HttpContext http)
    {
        await once.WaitAsync(http.RequestAborted);
        try
        {
            if (time.GetUtcNow() - last.At > Freshness)
                last = (await CheckAsync(http.RequestAborted), time.GetUtcNow());
            return Answer(last.Ready);
        }
        finally
        {
            once.Release();
        }
    }

    public void Dispose() => once.Dispose();

    private async Task<bool> CheckAsync(CancellationToken cancellation)
    {
        try
        {
            await tables.CheckAsync(cancellation);
            return (await signer.PublishedKeysAsync(cancellation)).Count > 0;
        }
        // Whatever it is, not being ready is the answer and the log says why.
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            logger.LogWarning(exception, "Not ready");
            return false;
        }
    }

    private static JsonResponse Answer(bool good) =>
        new(
            writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("status", good ? "ok" : "unavailable");
                writer.WriteEndObject();
            },
            good ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable
        );
}

using Microsoft.Azure.Functions.Worker;

namespace Postern.Server;

/// <summary>Tells clients of sign-outs who did not answer before.</summary>
internal sealed class DeliverLogoutsTimer(LogoutDeliveries deliveries)
{
    [Function("deliver-logouts"), Every(5)]
    public Task RunAsync([TimerTrigger("0 */5 * * * *")] TimerInfo timer, CancellationToken cancellation) => deliveries.RunDueAsync(cancellation);
}

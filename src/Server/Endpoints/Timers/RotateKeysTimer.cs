using Microsoft.Azure.Functions.Worker;
using Postern.Signing;

namespace Postern.Server;

/// <summary>Makes the next wrapped key when it is due. A vault that keeps the signing keys rotates them by itself.</summary>
internal sealed class RotateKeysTimer(ISigningKeys? keys)
{
    [Function("rotate-keys")]
    public Task RunAsync([TimerTrigger("0 47 */6 * * *")] TimerInfo timer, CancellationToken cancellation) =>
        keys?.RotateIfDueAsync(cancellation) ?? Task.CompletedTask;
}

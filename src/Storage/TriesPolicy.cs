using Azure.Core;
using Azure.Core.Pipeline;

namespace Postern.Storage;

/// <summary>Counts how often a message was sent, for only a retried write can have met its own first try.</summary>
internal sealed class TriesPolicy : HttpPipelineSynchronousPolicy
{
    public static int Tries(HttpMessage message) => message.TryGetProperty(typeof(TriesPolicy), out var tries) && tries is int count ? count : 0;

    public override void OnSendingRequest(HttpMessage message) => message.SetProperty(typeof(TriesPolicy), Tries(message) + 1);
}

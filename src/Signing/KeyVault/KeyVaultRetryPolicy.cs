using Azure.Core;
using Azure.Core.Pipeline;
using Postern.Storage;

namespace Postern.Signing;

/// <summary>Retries a bounded number of times with jitter, and not at all where the vault asks for a longer wait than a request can bear.</summary>
internal sealed class KeyVaultRetryPolicy(KeyVaultOptions options)
    : RetryPolicy(options.Retries, options.Delays)
{
    // Coming back sooner than asked would only prolong the throttling, and coming back then is the client's to decide.
    protected override ValueTask<bool> ShouldRetryAsync(HttpMessage message, Exception? exception) =>
        message.HasResponse && RetryAfter.Of(message.Response) > options.LongestDelay
            ? new(false)
            : base.ShouldRetryAsync(message, exception);
}

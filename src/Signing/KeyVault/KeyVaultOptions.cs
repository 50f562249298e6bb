using Azure.Core;
using Azure.Security.KeyVault.Keys;

namespace Postern.Signing;

/// <summary>How patiently Key Vault is asked. The defaults keep a token request below about five seconds while the vault is throttling.</summary>
public sealed class KeyVaultOptions : KeyClientOptions
{
    public KeyVaultOptions()
    {
        // One attempt that hangs must leave time for another.
        Retry.NetworkTimeout = TimeSpan.FromSeconds(3);
        // Bodies carry digests and, once per instance, a content key.
        Diagnostics.IsLoggingContentEnabled = false;
    }

    /// <summary>How often 429, 5xx and broken connections are retried before they surface. Default: 3.</summary>
    public int Retries { get; init; } = 3;

    /// <summary>The wait before the first retry; each further one doubles, and all are jittered. Default: 0.4 seconds.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(0.4);

    /// <summary>The longest wait, also where the vault asks for one; if it asks for more, its answer surfaces at once. Default: 4 seconds.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>One deadline for all tries of an operation. Default: 8 seconds.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(8);

    internal DelayStrategy Delays => DelayStrategy.CreateExponentialDelayStrategy(FirstDelay, LongestDelay);
}

using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Postern.Protocol;
using Postern.Signing;

namespace Postern.Tests;

/// <summary>A table service that answers 503 to chosen requests, and does none of what they ask.</summary>
public sealed class TableOutage : HttpPipelineSynchronousPolicy
{
    /// <summary>Chooses them; null: none.</summary>
    public Func<Request, bool>? Of { get; set; }

    public override void OnSendingRequest(HttpMessage message)
    {
        if (Of?.Invoke(message.Request) == true)
            throw new RequestFailedException(503, "The server is busy.", "ServerBusy", null);
    }
}

/// <summary>Keys that cannot be reached now and then.</summary>
public sealed class SigningOutage(ISigner signer) : ISigner
{
    private int signatures;

    public bool IsDown { get; set; }

    /// <summary>What is thrown then.</summary>
    public Exception Failure { get; set; } = new RequestFailedException(503, "The vault is busy.");

    /// <summary>How many were made, each a call of the vault where the vault signs.</summary>
    public int Signatures => signatures;

    public ValueTask<string> SignAsync(string algorithm, string type, ReadOnlyMemory<byte> claims, CancellationToken cancellation)
    {
        if (IsDown)
            throw Failure;
        Interlocked.Increment(ref signatures);
        return signer.SignAsync(algorithm, type, claims, cancellation);
    }

    public ValueTask<IReadOnlyList<Jwk>> PublishedKeysAsync(CancellationToken cancellation) =>
        IsDown && ArePublishedKeysToo ? throw Failure : signer.PublishedKeysAsync(cancellation);

    /// <summary>Whether not even the keys that were published before are known.</summary>
    public bool ArePublishedKeysToo { get; set; }

    public Task CheckAsync(CancellationToken cancellation) =>
        IsDown ? throw Failure : signer.CheckAsync(cancellation);
}

using Azure.Core;
using Azure.Core.Pipeline;

namespace Postern.Storage;

/// <summary>Counts round trips, since each costs time and money. Added per retry, it counts tries.</summary>
public sealed class RoundTrips : HttpPipelineSynchronousPolicy
{
    private int reads;
    private int writes;

    public int Reads => reads;

    public int Writes => writes;

    public void Reset() => (reads, writes) = (0, 0);

    public override void OnSendingRequest(HttpMessage message)
    {
        if (message.Request.Method == RequestMethod.Get)
            Interlocked.Increment(ref reads);
        else
            Interlocked.Increment(ref writes);
    }
}

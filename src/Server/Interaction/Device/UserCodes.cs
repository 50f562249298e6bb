using Postern.Protocol;
using Postern.Storage;

namespace Postern.Server;

/// <summary>
/// Finds what the code of a device stands for. Whoever types wrong codes waits, by their own account and by their address, and nobody
/// else does (RFC 8628 §5.1).
/// </summary>
internal sealed class UserCodes(PendingAuthorizationStore authorizations, ClientStore clients, AttemptCounters attempts, TimeProvider time)
{
    /// <summary>Counts a try. Null: it has to wait, and is not to be looked at.</summary>
    /// <returns>The buckets it is counted in.</returns>
    public async Task<IReadOnlyList<string>?> BeginAsync(HttpRequest request, string subject)
    {
        var cancellation = request.HttpContext.RequestAborted;
        var counted = new List<string>();
        if (attempts.AddressBucket(request) is { } address)
        {
            counted.Add($"device {address}");
            if (!await attempts.TryCountAsync(counted[0], Attempts.PerAddress, cancellation))
                return null;
        }
        counted.Add($"device {subject}");
        return await attempts.TryCountAsync(counted[^1], Attempts.PerAccount, cancellation) ? counted : null;
    }

    /// <summary>
    /// The code was right, so this one try is given back. No more: with codes of their own, which anybody can have, guessers would start
    /// their count anew.
    /// </summary>
    public async Task SucceededAsync(IReadOnlyList<string> counted, CancellationToken cancellation)
    {
        foreach (var bucket in counted)
            await attempts.GiveBackAsync(bucket, cancellation);
    }

    /// <summary>Null for a code that stands for nothing, or for nothing that waits.</summary>
    public async Task<PendingRequest?> FindAsync(UserCode code, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        // The row is in the table of the day on which the code ends.
        DateTimeOffset[] ends = [now, now + DeviceAuthorizationEndpoint.Lifetime];
        foreach (var day in ends.Select(end => DateOnly.FromDateTime(end.UtcDateTime)).Distinct())
        {
            if (await authorizations.FindAsync(code.Row(day), cancellation) is not { Value: var pending } || !pending.IsOpen(now))
                continue;
            if (await clients.FindAsync(pending.ClientId, cancellation) is { } client && pending.IsOf(client))
                return new PendingRequest(pending, client);
        }
        return null;
    }
}

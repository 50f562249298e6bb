using Postern.Protocol;
using Postern.Storage;

namespace Postern.Server;

/// <summary>Clients that ask whether a person has answered. One read, and one write while they have not.</summary>
internal sealed class Polls(PendingAuthorizationStore authorizations, TimeProvider time)
{
    // Who loses a race has asked twice at once, or met the answer.
    private const int MaxTries = 3;

    /// <summary>The authorization once it is approved; before that, what the client is told.</summary>
    /// <param name="handle">What the client asks with.</param>
    /// <param name="client">The client.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<Result<PendingAuthorization>> AskAsync(Handle handle, Client client, CancellationToken cancellation)
    {
        for (var tries = 0; tries < MaxTries; tries++)
        {
            if (await authorizations.FindAsync(handle.Row, cancellation) is not { } read)
                return OAuthError.InvalidGrant("there is no such request, or no more");
            if (read.Value.Refuses(handle, client, time.GetUtcNow()) is not { } refusal)
                return read.Value;
            var isWaiting = refusal.Code is "authorization_pending" or "slow_down";
            if (!isWaiting || await authorizations.TryReplaceAsync(read, read.Value.Polled(), cancellation))
                return refusal;
        }
        return OAuthError.SlowDown();
    }
}

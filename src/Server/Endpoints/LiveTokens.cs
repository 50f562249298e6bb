using Postern.Protocol;
using Postern.Signing;
using Postern.Storage;

namespace Postern.Server;

/// <summary>An access token of this server that still counts, and what stands behind it.</summary>
/// <param name="Token">The verified token.</param>
/// <param name="Client">Whom it was issued to, as registered now.</param>
/// <param name="Stored">The grant as it was read; null for client credentials.</param>
/// <param name="User">Null for client credentials.</param>
internal sealed record LiveToken(AccessToken Token, Client Client, Stored<Grant>? Stored, User? User)
{
    /// <summary>Null for client credentials.</summary>
    public Grant? Grant => Stored?.Value;
}

/// <summary>
/// Tells whether an access token still counts: not only by its signature and expiry but by its client, its grant, its
/// person and its own revocation. Introspection and userinfo ask here, so both notice at once.
/// </summary>
internal sealed class LiveTokens(
    ISigner signer,
    ClientStore clients,
    GrantStore grants,
    UserStore users,
    Standing standing,
    RevokedTokenStore revoked,
    ServerOptions options,
    TimeProvider time
)
{
    /// <summary>Null for anything that does not count, whatever the reason.</summary>
    public async Task<LiveToken?> FindAsync(string text, string issuer, CancellationToken cancellation)
    {
        var keys = await signer.PublishedKeysAsync(cancellation);
        if (AccessToken.TryVerify(text, keys, issuer, time.GetUtcNow()) is not { } token)
            return null;
        if (await clients.FindAsync(token.ClientId, cancellation) is not { } client)
            return null;
        // What the client is no longer registered for is not released under an older token either.
        token = token with { Scope = token.Scope.Intersect(client.Scope) };
        var live = token.Grant is { } grantId
            ? await UnderGrantAsync(token, client, grantId, cancellation)
            : token.Origin == client.Registration ? new LiveToken(token, client, null, null) : null;
        // A grant that has lost none of its tokens says so, which is one read less for nearly all of them.
        if (live is null || (live.Grant?.MayHaveRevoked(token) != false && await revoked.IsRevokedAsync(token.Id, token.ExpiresAt, cancellation)))
            return null;
        await RecordInUseAsync(live, cancellation);
        return live;
    }

    // What came with the token has arrived. That is told once, and only while the token before could be asked for again.
    private async Task RecordInUseAsync(LiveToken live, CancellationToken cancellation)
    {
        var generation = live.Token.RefreshGeneration;
        var readAt = live.Stored?.ReadAt ?? time.GetUtcNow();
        if (live.Grant?.Refresh?.Awaits(generation, options.Lifetimes.RefreshGrace, readAt) == true)
            await grants.RecordInUseAsync(live.Stored!, generation!.Value, cancellation);
    }

    private async Task<LiveToken?> UnderGrantAsync(AccessToken token, Client client, RowId grantId, CancellationToken cancellation)
    {
        var grant = grants.FindAsync(grantId, cancellation);
        var account = users.FindAccountAsync(token.Subject, token.ClientId, cancellation);
        var hasEnded = HasEndedAsync(grant, client, cancellation);
        await Task.WhenAll(grant, account, hasEnded);
        if (hasEnded.Result || grant.Result is not { Value: var live } stored || !live.IsLive(time.GetUtcNow()))
            return null;
        return live.IsOf(client) && account.Result?.Honours(live) == true ? new LiveToken(token, client, stored, account.Result.User) : null;
    }

    // Beside the account's read, whichever comes first.
    private async Task<bool> HasEndedAsync(Task<Stored<Grant>?> grant, Client client, CancellationToken cancellation) =>
        await grant is { Value: var found } && await standing.HasEndedAsync(found, client, cancellation);
}

using Postern.Protocol;
using Postern.Signing;
using Postern.Storage;

namespace Postern.Server;

/// <summary>A token of this server that still counts, and what stands behind it.</summary>
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
/// Tells whether a token still counts: not only by its signature and expiry but by its client, its grant, its person and its own
/// revocation, and where it was had in exchange for another, by everything that held for that one. Introspection, userinfo and the
/// exchange ask here, so all of them notice at once. Two reads for a person's token, one for a machine's and for each that it was
/// exchanged for; clients are remembered.
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
    /// <summary>An access token. Null for anything that does not count, whatever the reason.</summary>
    public async Task<LiveToken?> FindAsync(string text, string issuer, CancellationToken cancellation)
    {
        var keys = await signer.PublishedKeysAsync(cancellation);
        return AccessToken.TryVerify(text, keys, issuer, time.GetUtcNow()) is { } token ? await LiveAsync(token, cancellation) : null;
    }

    /// <summary>An ID token, with the scope that its person granted the client. Null for anything that does not count.</summary>
    public async Task<LiveToken?> FindIdTokenAsync(string text, CancellationToken cancellation)
    {
        var keys = await signer.PublishedKeysAsync(cancellation);
        if (IdToken.TryVerify(text, keys, options.Issuer, time.GetUtcNow()) is not { } token)
            return null;
        var live = await LiveAsync(token, cancellation);
        return live?.Grant is { } grant ? live with { Token = token with { Scope = grant.ScopeFor(live.Client) } } : null;
    }

    private async Task<LiveToken?> LiveAsync(AccessToken token, CancellationToken cancellation)
    {
        var chain = token.Chain;
        // A token of another issuer counts, once exchanged, for as long as whoever exchanged it may have.
        var known = chain[0].IsForeign ? chain[1] : chain[0];
        if (await clients.FindAsync(known.Of, cancellation) is not { } first || await ScopeLeftAsync(chain, first, cancellation) is not { } left)
            return null;
        // What the client is no longer registered for is not released under an older token either.
        token = token with { Scope = token.Scope.Intersect(left.Scope) };
        var live = token.Grant is { } grantId
            ? await UnderGrantAsync(token, left.Client, first, grantId, cancellation)
            : token.Origin == first.Registration ? new LiveToken(token, left.Client, null, null) : null;
        if (live is null || await IsAnyRevokedAsync(chain, live.Grant, cancellation))
            return null;
        await RecordInUseAsync(live, cancellation);
        return live;
    }

    // Null: somebody on the way from the first token to this one is gone or registered anew, or may not exchange that any more.
    private async Task<(Client Client, Scope Scope)?> ScopeLeftAsync(
        IReadOnlyList<ExchangedToken> chain,
        Client first,
        CancellationToken cancellation
    )
    {
        var left = (Client: first, first.Scope);
        foreach (var (given, got) in chain.Zip(chain.Skip(1)))
        {
            var client = await clients.FindAsync(got.Of, cancellation);
            if (client is null || TokenId.Parse(got.Id).Registration != client.Registration)
                return null;
            if (ExchangePolicy.Left(client, given, got) is not { } scope)
                return null;
            left = (client, scope);
        }
        return left;
    }

    // A grant that has lost none of its tokens says so, which is one read less for nearly all of them.
    private async Task<bool> IsAnyRevokedAsync(IEnumerable<ExchangedToken> chain, Grant? grant, CancellationToken cancellation)
    {
        var doubtful = chain.Where(token => !token.IsForeign && grant?.MayHaveRevoked(token.ExpiresAt) != false);
        var revocations = await Task.WhenAll(doubtful.Select(token => revoked.IsRevokedAsync(token.Id, token.ExpiresAt, cancellation)));
        return revocations.Contains(true);
    }

    // What came with the token has arrived. That is told once, and only while the token before could be asked for again.
    private async Task RecordInUseAsync(LiveToken live, CancellationToken cancellation)
    {
        var generation = live.Token.RefreshGeneration;
        var readAt = live.Stored?.ReadAt ?? time.GetUtcNow();
        if (live.Grant?.Refresh?.Awaits(generation, options.Lifetimes.RefreshGrace, readAt) == true)
            await grants.RecordInUseAsync(live.Stored!, generation!.Value, cancellation);
    }

    // The grant and the consent are those of the first client on the way, whoever holds the token now.
    private async Task<LiveToken?> UnderGrantAsync(AccessToken token, Client client, Client first, RowId grantId, CancellationToken cancellation)
    {
        var grant = grants.FindAsync(grantId, cancellation);
        var account = users.FindAccountAsync(token.Subject, first.ClientId, cancellation);
        var hasEnded = HasEndedAsync(grant, first, cancellation);
        await Task.WhenAll(grant, account, hasEnded);
        if (hasEnded.Result || grant.Result is not { Value: var live } stored || !live.IsLive(time.GetUtcNow()))
            return null;
        return live.IsOf(first) && account.Result?.Honours(live) == true ? new LiveToken(token, client, stored, account.Result.User) : null;
    }

    // Beside the account's read, whichever comes first.
    private async Task<bool> HasEndedAsync(Task<Stored<Grant>?> grant, Client client, CancellationToken cancellation) =>
        await grant is { Value: var found } && await standing.HasEndedAsync(found, client, cancellation);
}

using System.Collections.Concurrent;
using Azure;
using Postern.Protocol;
using Postern.Storage;

namespace Postern.Server;

/// <summary>
/// Redeems a grant by the credential that its client holds, a code or what it polls with, for one caller ever (RFC 6749 §4.1.3). Two
/// reads, or three at once, and one write.
/// </summary>
internal sealed class Redemption(GrantStore grants, Standing standing, ServerOptions options, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    // Grants whose codes were refused here for good, until their rows say so.
    private readonly ConcurrentDictionary<RowId, Grant> abandoned = new();

    /// <param name="id">The grant.</param>
    /// <param name="code">The credential.</param>
    /// <param name="client">Who presents it.</param>
    /// <param name="redirectUri">What the request says of it; null for a grant without a redirect URI.</param>
    /// <param name="verifier">Likewise.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public async Task<Result<Authorization>> AuthorizeAsync(
        RowId id,
        Handle code,
        Client client,
        string? redirectUri,
        string? verifier,
        CancellationToken cancellation
    )
    {
        if (abandoned.ContainsKey(id) || await grants.FindAsync(id, cancellation) is not { } stored)
            return OAuthError.InvalidGrant("no such grant, or it is not known whether its code was redeemed");

        var grant = stored.Value;
        if (grant.IsReplay(code, client, verifier))
            return await RevokeAsync(grant, "its code was presented twice");
        if (grant.RefusesCode(code, client, redirectUri, verifier, time.GetUtcNow()) is { } refusal)
            return refusal;
        if (await standing.FindAsync(grant, client, cancellation) is not { } account)
            return OAuthError.InvalidGrant(Standing.Gone);
        return Authorize(stored, account, client);
    }

    private Result<Authorization> Authorize(Stored<Grant> stored, Account account, Client client)
    {
        var grant = stored.Value;
        var scope = grant.ScopeFor(client);
        if (scope.IsEmpty && !grant.Scope.IsEmpty)
            return OAuthError.InvalidScope("The client is registered for nothing of what was granted any more.");

        return new Authorization
        {
            Subject = grant.Subject,
            Scope = scope,
            Grant = grant,
            RefreshGeneration = client.MayUse(GrantTypes.RefreshToken) ? 1 : null,
            Nonce = grant.Nonce,
            IdTokenClaims = account.User.IdTokenClaims(grant, client, scope, options.LeanIdTokenFor(client)),
            ConsumeAsync = () => RedeemAsync(stored, client),
        };
    }

    private async Task<Result<Consumed>> RedeemAsync(Stored<Grant> stored, Client client)
    {
        var grant = stored.Value;
        var refreshToken = client.MayUse(GrantTypes.RefreshToken) ? NewRefreshToken(grant) : null;
        var redeemed = grant.Redeemed(FirstState(refreshToken, client, grant));
        try
        {
            if (await grants.TryReplaceAsync(stored, redeemed, CancellationToken.None))
                return new Consumed(refreshToken);
        }
        // To ask again would be to present a code twice. It is for one use, and this was that.
        catch (TableOutageException outage) when (outage.MayBeWritten)
        {
            await Task.WhenAny(AbandonAsync(redeemed), Task.Delay(Moment));
            return OAuthError.InvalidGrant($"whether the code was redeemed is not known: {outage.Message}");
        }
        // Whoever loses here was second, which is a replay like any other (RFC 9700 §4.5.3).
        return await RevokeAsync(grant, "its code was presented twice at once");
    }

    // Not waited for to its end, for what does not answer now may not for long. Until its code expires it matters.
    private async Task AbandonAsync(Grant redeemed)
    {
        abandoned[redeemed.Id] = redeemed;
        for (var wait = Moment; wait < Lifetimes.MaxCode && !await TryAbandonAsync(redeemed); wait *= 2)
            await Task.Delay(wait);
        abandoned.TryRemove(redeemed.Id, out _);
    }

    private async Task<bool> TryAbandonAsync(Grant redeemed)
    {
        try
        {
            await grants.AbandonAsync(redeemed, CancellationToken.None);
            return true;
        }
        catch (RequestFailedException)
        {
            return false;
        }
    }

    private RefreshState? FirstState(Handle? refreshToken, Client client, Grant grant)
    {
        if (refreshToken is null)
            return null;
        var expiresAt = time.GetUtcNow() + options.Lifetimes.For(client).RefreshToken;
        return RefreshState.First(RefreshSecret.From(refreshToken.Secret), expiresAt < grant.ExpiresAt ? expiresAt : grant.ExpiresAt);
    }

    private async Task<OAuthError> RevokeAsync(Grant grant, string reason)
    {
        await grants.RevokeAsync(grant.Id, CancellationToken.None);
        logger.Revoked(grant.Id, grant.ClientId, reason);
        return OAuthError.InvalidGrant(reason);
    }

    private static Handle NewRefreshToken(Grant grant) => new(HandleKind.RefreshToken, grant.Id, Entropy.Bytes(RefreshSecret.Size));
}

using Postern.Protocol;
using Postern.Storage;

namespace Postern.Server;

/// <summary>A refresh token that could be used now.</summary>
/// <param name="Grant">What it belongs to.</param>
/// <param name="State">Its own part of the grant.</param>
/// <param name="Scope">The widest that it would give.</param>
internal sealed record LiveRefreshToken(Grant Grant, RefreshState State, Scope Scope);

/// <summary>Looks at refresh tokens without using them, for introspection and revocation.</summary>
internal sealed class RefreshTokens(GrantStore grants, Standing standing, ServerOptions options, TimeProvider time)
{
    /// <summary>Null for anything but a refresh token that would be accepted from the client.</summary>
    public async Task<LiveRefreshToken?> FindAsync(string text, Client client, CancellationToken cancellation)
    {
        if (await FindGrantAsync(text, cancellation) is not ({ } grant, RefreshPresentation.Current or RefreshPresentation.Retry))
            return null;
        if (!grant.IsOf(client) || !client.MayUse(GrantTypes.RefreshToken))
            return null;
        var scope = grant.ScopeFor(client);
        if (scope.IsEmpty || !grant.IsLive(time.GetUtcNow()))
            return null;
        return await standing.FindAsync(grant, client, cancellation) is null ? null : new LiveRefreshToken(grant, grant.Refresh!, scope);
    }

    /// <summary>The grant that a refresh token, of whatever generation, belongs to, and what the token is to it.</summary>
    public async Task<(Grant? Grant, RefreshPresentation Presentation)> FindGrantAsync(string text, CancellationToken cancellation)
    {
        if (Handle.TryParse(HandleKind.RefreshToken, text) is not { } handle)
            return (null, RefreshPresentation.Unknown);
        if (await grants.FindAsync(handle.Row, cancellation) is not { Value: { Refresh: { } state } grant } stored)
            return (null, RefreshPresentation.Unknown);
        var (secret, now) = (RefreshSecret.From(handle.Secret), time.GetUtcNow());
        var presentation = state.Presented(secret, options.Lifetimes.RefreshGrace, now, stored.ReadAt ?? now);
        return presentation == RefreshPresentation.Unknown ? (null, presentation) : (grant, presentation);
    }
}

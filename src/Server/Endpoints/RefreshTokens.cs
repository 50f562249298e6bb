using Postern.Protocol;
using Postern.Storage;

namespace Postern.Server;

/// <summary>A refresh token that could be used now.</summary>
internal sealed record LiveRefreshToken(Grant Grant, RefreshState State);

/// <summary>Looks at refresh tokens without using them, for introspection and revocation.</summary>
internal sealed class RefreshTokens(GrantStore grants, UserStore users, ServerOptions options, TimeProvider time)
{
    /// <summary>Null for anything but a refresh token that would be accepted.</summary>
    public async Task<LiveRefreshToken?> FindAsync(string text, CancellationToken cancellation)
    {
        if (await FindGrantAsync(text, cancellation) is not ({ } grant, RefreshPresentation.Current or RefreshPresentation.Retry))
            return null;
        if (!grant.IsLive(time.GetUtcNow()) || await users.FindAccountAsync(grant.Subject, grant.ClientId, cancellation) is not { } account)
            return null;
        return account.Honours(grant.GrantedAt) ? new LiveRefreshToken(grant, grant.Refresh!) : null;
    }

    /// <summary>The grant that a refresh token, of whatever generation, belongs to, and what the token is to it.</summary>
    public async Task<(Grant? Grant, RefreshPresentation Presentation)> FindGrantAsync(string text, CancellationToken cancellation)
    {
        if (Handle.TryParse(HandleKind.RefreshToken, text) is not { } handle)
            return (null, RefreshPresentation.Unknown);
        if (await grants.FindAsync(handle.Row, cancellation) is not { Value: { Refresh: { } state } grant })
            return (null, RefreshPresentation.Unknown);
        var presentation = state.Presented(RefreshSecret.From(handle.Secret), options.Lifetimes.RefreshGrace, time.GetUtcNow());
        return presentation == RefreshPresentation.Unknown ? (null, presentation) : (grant, presentation);
    }
}

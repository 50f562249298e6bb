using Postern.Protocol;
using Postern.Storage;

namespace Postern.Server;

/// <summary>
/// Uses a refresh token (RFC 6749 §6), rotating it where the client's are rotated (RFC 9700 §4.14.2). Two reads, a
/// third beside the second where the grant ends with its session, at most one write.
/// </summary>
internal sealed class RefreshTokenGrant(GrantStore grants, Standing standing, ServerOptions options, TimeProvider time, ILogger logger) : IGrant
{
    // A race is lost to another holder of the same token, who has rotated it: the next reading finds a retry.
    private const int MaxReadings = 4;

    public string GrantType => GrantTypes.RefreshToken;

    public async Task<Result<Authorization>> AuthorizeAsync(ClientRequest request, CancellationToken cancellation)
    {
        if (request.Parameters[Parameters.RefreshToken] is not { } text)
            return OAuthError.InvalidRequest("refresh_token is missing.");
        if (Handle.TryParse(HandleKind.RefreshToken, text) is not { } token)
            return OAuthError.InvalidGrant("not a refresh token of this server");

        if (!(await ReadAsync(token, request.Client, cancellation)).Succeeds(out var reading, out var refusal))
            return refusal;
        if (!Narrow(request.Parameters[Parameters.Scope], reading.Grant, request.Client).Succeeds(out var scope, out var tooWide))
            return tooWide;
        return new Authorization
        {
            Subject = reading.Grant.Subject,
            Scope = scope,
            Grant = reading.Grant,
            RefreshGeneration = reading.GenerationFor(request.Client),
            IdTokenClaims = reading.Account.User.IdTokenClaims(reading.Grant, request.Client, scope, options.LeanIdTokenFor(request.Client)),
            ConsumeAsync = () => ConsumeAsync(reading, token, request.Client),
        };
    }

    private async Task<Result<Reading>> ReadAsync(Handle token, Client client, CancellationToken cancellation)
    {
        if (await grants.FindAsync(token.Row, cancellation) is not { } stored)
            return OAuthError.InvalidGrant("no such grant");
        // Once for each reading: a grace that ends between two looks would rotate a replaced token.
        var now = time.GetUtcNow();
        var grant = stored.Value;
        var presented = Presented(stored, token, now);
        if (await RefusesAsync(grant, presented, client, now) is { } refusal)
            return refusal;
        return await standing.FindAsync(grant, client, cancellation) is { } account
            ? new Reading(stored, account, presented)
            : OAuthError.InvalidGrant(Standing.Gone);
    }

    private async Task<Result<Consumed>> ConsumeAsync(Reading reading, Handle token, Client client)
    {
        for (var readings = 1; readings < MaxReadings; readings++)
        {
            if (await TryUseAsync(reading, token, client) is { } used)
                return used;
            if (!(await ReadAsync(token, client, CancellationToken.None)).Succeeds(out var again, out var refusal))
                return refusal;
            reading = again;
        }
        return OAuthError.TemporarilyUnavailable("the grant's row changed at every reading");
    }

    private async Task<OAuthError?> RefusesAsync(Grant grant, RefreshPresentation presented, Client client, DateTimeOffset now)
    {
        if (grant.ClientId != client.ClientId)
            return OAuthError.InvalidGrant("the refresh token is another client's");
        if (!grant.IsOf(client))
            return OAuthError.InvalidGrant("the client was registered anew since");
        if (!grant.IsLive(now) || grant.Refresh is null)
            return OAuthError.InvalidGrant("the grant is expired or revoked, or has no refresh token");
        switch (presented)
        {
            case RefreshPresentation.Current or RefreshPresentation.Retry:
                return null;
            case RefreshPresentation.Reuse:
                return await RevokeAsync(grant, "a replaced refresh token was used again");
            case RefreshPresentation.Shadow:
                return await RevokeAsync(grant, "each refresh token was asked for twice, three times in a row");
            default:
                return OAuthError.InvalidGrant($"the refresh token is {presented}");
        }
    }

    private async Task<OAuthError> RevokeAsync(Grant grant, string reason)
    {
        // Not given up with the connection: whoever replays may hang up at once.
        await grants.RevokeAsync(grant.Id, CancellationToken.None);
        logger.Revoked(grant.Id, grant.ClientId, reason);
        return OAuthError.InvalidGrant($"{reason}; the grant is revoked");
    }

    // Null: somebody else changed the row since it was read.
    private async Task<Consumed?> TryUseAsync(Reading reading, Handle token, Client client)
    {
        var (grant, refresh, secret, now) = (reading.Grant, reading.Grant.Refresh!, RefreshSecret.From(token.Secret), time.GetUtcNow());
        if (reading.Presented == RefreshPresentation.Retry)
            return await TryRepeatAsync(reading, token, secret);

        var lifetime = options.Lifetimes.For(client).RefreshToken;
        var expiresAt = now + lifetime < grant.ExpiresAt ? now + lifetime : grant.ExpiresAt;
        if (client.RotatesRefreshTokens)
        {
            var salt = Entropy.Bytes(16);
            var rotated = grant with { Refresh = refresh.Rotated(secret, salt, expiresAt) };
            var isReplaced = await grants.TryReplaceAsync(reading.Stored, rotated, CancellationToken.None);
            return isReplaced ? Given(token, secret.Next(salt)) : null;
        }
        // A client that refreshes every minute need not be a write every minute.
        if (expiresAt - refresh.ExpiresAt < lifetime / 32)
            return new Consumed(token);
        var extended = grant with { Refresh = refresh with { ExpiresAt = expiresAt } };
        return await grants.TryReplaceAsync(reading.Stored, extended, CancellationToken.None) ? new Consumed(token) : null;
    }

    // Its first answer was lost, or another tab asked at the same time: the same successor once more.
    private async Task<Consumed?> TryRepeatAsync(Reading reading, Handle token, RefreshSecret secret)
    {
        var (grant, refresh) = (reading.Grant, reading.Grant.Refresh!);
        var counted = grant with { Refresh = refresh.AskedAgain(secret) };
        // Three times is no more than twice.
        if (counted.Refresh.AskedTwice != refresh.AskedTwice && !await grants.TryReplaceAsync(reading.Stored, counted, CancellationToken.None))
            return null;
        Measures.RefreshRetries.Add(1);
        logger.AskedAgain(grant.Id, grant.ClientId, refresh.Generation);
        return Given(token, refresh.Current(secret));
    }

    private RefreshPresentation Presented(Stored<Grant> stored, Handle token, DateTimeOffset now) =>
        stored.Value.Refresh?.Presented(RefreshSecret.From(token.Secret), options.Lifetimes.RefreshGrace, now, stored.ReadAt ?? now)
            ?? RefreshPresentation.Unknown;

    // RFC 6749 §6: no wider than what was granted; and no wider than what the client is still registered for.
    private static Result<Scope> Narrow(string? requested, Grant grant, Client client)
    {
        var available = grant.ScopeFor(client);
        if (Scope.TryParse(requested) is not { } scope || !scope.IsSubsetOf(available) || available.IsEmpty)
            return OAuthError.InvalidScope("The scope is malformed or wider than what was granted.")
                .Because($"scope {Shown.Text(requested)} is malformed or wider than what is left to client {client.ClientId}: {available}");
        return scope.IsEmpty ? available : scope;
    }

    private static Consumed Given(Handle token, RefreshSecret current) => new(token with { Secret = current.ToBytes() });

    private sealed record Reading(Stored<Grant> Stored, Account Account, RefreshPresentation Presented)
    {
        public Grant Grant => Stored.Value;

        /// <summary>Of the refresh token that the client is about to get, or keeps.</summary>
        public int GenerationFor(Client client) =>
            Grant.Refresh!.Generation + (Presented == RefreshPresentation.Current && client.RotatesRefreshTokens ? 1 : 0);
    }
}

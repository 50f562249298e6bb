namespace Postern.Protocol;

/// <summary>Where a grant stands: its code not yet redeemed, redeemed, or nothing of it good any more.</summary>
public enum GrantState
{
    Pending,
    Redeemed,
    Revoked,
}

/// <summary>
/// One authorization by one person for one client. Code and refresh token are two credentials for it (RFC 6749 §1.3,
/// §1.5), so they live in one row, and revoking the whole family is one write.
/// </summary>
public sealed record Grant
{
    public required RowId Id { get; init; }

    public GrantState State { get; init; } = GrantState.Pending;

    public required string ClientId { get; init; }

    /// <summary>The client's, when it was granted.</summary>
    public required string Registration { get; init; }

    public required string Subject { get; init; }

    public required Scope Scope { get; init; }

    /// <summary>
    /// What was asked for by <c>resource</c>: each access token is for one of these (RFC 8707 §2.2). Empty: for the client's own audience.
    /// </summary>
    public IReadOnlyList<string> Resources { get; init; } = [];

    /// <summary>Null where no browser carries a code to the client, which asks for its tokens itself (RFC 8628).</summary>
    public required string? RedirectUri { get; init; }

    public required bool RedirectUriWasSent { get; init; }

    public required string? CodeChallenge { get; init; }

    public required string? Nonce { get; init; }

    /// <summary>What is left of the <c>claims</c> parameter within the client's registration then.</summary>
    public required string? ClaimsParameter { get; init; }

    /// <summary>
    /// The session in which it was granted: its <see cref="Session.Root"/>. Null where the client has no part in that, for it is on
    /// another device than the browser.
    /// </summary>
    public required RowId? SessionId { get; init; }

    public required DateTimeOffset AuthTime { get; init; }

    public required IReadOnlyList<string> Amr { get; init; }

    /// <summary>SHA-256 of the secret of the code, or of what the client asks with in its place.</summary>
    public required byte[] CodeHash { get; init; }

    public required DateTimeOffset GrantedAt { get; init; }

    /// <summary>The account's when it was granted.</summary>
    public required string Stamp { get; init; }

    public required DateTimeOffset CodeExpiresAt { get; init; }

    /// <summary>When nothing of the grant can be good any more; never later than the day in <see cref="Id"/>.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Null where no refresh token was issued.</summary>
    public RefreshState? Refresh { get; init; }

    /// <summary>
    /// The latest expiry of its access tokens that were revoked one by one; null where none was. Only of tokens that expire no
    /// later need anybody ask whether they were.
    /// </summary>
    public DateTimeOffset? RevokedTokensUntil { get; init; }

    /// <summary>
    /// Refuses a code that is not this grant's, or not good for this client, redirect URI and verifier (RFC 6749 §4.1.3,
    /// RFC 7636 §4.6).
    /// </summary>
    /// <remarks>A replay is told apart by <see cref="IsReplay"/>, which the caller asks first.</remarks>
    public OAuthError? RefusesCode(Handle code, Client client, string? redirectUri, string? codeVerifier, DateTimeOffset now)
    {
        if (!IsCodeOf(code, client))
            return OAuthError.InvalidGrant("the code is not one of this client's");
        if (!IsOf(client))
            return OAuthError.InvalidGrant("the client was registered anew since");
        if (State != GrantState.Pending)
            return OAuthError.InvalidGrant("the code was redeemed before or is revoked");
        if (now >= CodeExpiresAt || IsOver(now))
            return OAuthError.InvalidGrant("the code is expired");
        if (RefusesRedirectUri(redirectUri) is { } mismatch)
            return mismatch;
        return Pkce.RefusesVerifier(codeVerifier, CodeChallenge);
    }

    /// <summary>Whether the client presents its own code a second time, which revokes what the first brought (RFC 6749 §4.1.2).</summary>
    /// <remarks>Without the verifier it could be anybody who found the code in a log: refused, and nothing to revoke for.</remarks>
    public bool IsReplay(Handle code, Client client, string? codeVerifier) =>
        State == GrantState.Redeemed && IsCodeOf(code, client) && Pkce.RefusesVerifier(codeVerifier, CodeChallenge) is null;

    /// <summary>The grant once its code is redeemed.</summary>
    public Grant Redeemed(RefreshState? refresh) => this with { State = GrantState.Redeemed, Refresh = refresh };

    /// <summary>The grant once it is not known whether it became <paramref name="redeemed"/>: revoked, unless it became something else.</summary>
    public Grant Abandoned(Grant redeemed) =>
        State == GrantState.Pending || (State == GrantState.Redeemed && IsRedeemedAs(redeemed)) ? this with { State = GrantState.Revoked } : this;

    /// <summary>The grant once one of its access tokens, which expires at <paramref name="expiry"/>, is revoked and remembered as such.</summary>
    public Grant WithRevokedToken(DateTimeOffset expiry) => RevokedTokensUntil >= expiry ? this : this with { RevokedTokensUntil = expiry };

    /// <summary>Whether an access token of it that expires at <paramref name="expiry"/> may have been revoked by itself.</summary>
    public bool MayHaveRevoked(DateTimeOffset expiry) => expiry <= RevokedTokensUntil;

    /// <summary>What may still be given under it: nothing that the client is not registered for any more.</summary>
    public Scope ScopeFor(Client client) => Scope.Intersect(client.Scope);

    /// <summary>Whether tokens issued under it still count at <paramref name="now"/>.</summary>
    public bool IsLive(DateTimeOffset now) => State == GrantState.Redeemed && !IsOver(now);

    /// <summary>Whether it was granted to this registration of the client, and not to another of the same id.</summary>
    public bool IsOf(Client client) => ClientId == client.ClientId && Registration == client.Registration;

    // Tokens tell the time in whole seconds, so there is none for less than one.
    private bool IsOver(DateTimeOffset now) => now > ExpiresAt - TimeSpan.FromSeconds(1);

    // OAuth 2.1 leaves redirect_uri out here and lets PKCE bind the code; without a challenge RFC 6749 §4.1.3 stands.
    private OAuthError? RefusesRedirectUri(string? redirectUri)
    {
        if (redirectUri is null)
            return RedirectUriWasSent && CodeChallenge is null ? OAuthError.InvalidGrant("redirect_uri is missing") : null;
        var (came, asked) = (Shown.Uri(redirectUri), Shown.Uri(RedirectUri));
        return redirectUri == RedirectUri
            ? null
            : OAuthError.InvalidGrant($"redirect_uri {came} is not that of the authorization request, {asked}");
    }

    private bool IsRedeemedAs(Grant redeemed) =>
        redeemed.Refresh is { } refresh ? Strict.HashEquals(Refresh?.LineageHash, refresh.LineageHash) : Refresh is null;

    private bool IsCodeOf(Handle code, Client client) =>
        Strict.HashEquals(CodeHash, code.SecretHash)
        & string.Equals(ClientId, client.ClientId, StringComparison.Ordinal)
        & (code.Kind == HandleKind.AuthorizationCode) == (RedirectUri is not null);
}

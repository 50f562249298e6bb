using Postern.Protocol;

namespace Postern.Storage;

/// <summary>Grants: code and refresh token of one authorization in one row.</summary>
public sealed class GrantStore(Tables tables)
{
    private readonly ExpiringRows rows = new(tables, "grant");

    public Task InsertAsync(Grant grant, CancellationToken cancellation) => rows.InsertAsync(grant.Id.Day, ToRow(grant), cancellation);

    public async Task<Stored<Grant>?> FindAsync(RowId id, CancellationToken cancellation) =>
        await rows.FindAsync(id, cancellation) is { } row ? new Stored<Grant>(FromRow(id, row), row.ETag) : null;

    /// <summary>Redeems, rotates or extends: true for exactly one of all who read the same version.</summary>
    public Task<bool> TryReplaceAsync(Stored<Grant> read, Grant next, CancellationToken cancellation) =>
        rows.TryReplaceAsync(next.Id.Day, ToRow(next), read.ETag, cancellation);

    /// <summary>Revokes whatever was issued under the grant, however often others change the row meanwhile.</summary>
    public Task RevokeAsync(RowId id, CancellationToken cancellation) =>
        ChangeAsync(id, grant => grant with { State = GrantState.Revoked }, cancellation);

    /// <summary>Tells whoever reads the grant that one of its access tokens is among the revoked ones, which the caller has seen to.</summary>
    /// <param name="id">The grant.</param>
    /// <param name="expiry">The token's.</param>
    /// <param name="cancellation">Ends it.</param>
    public Task RecordRevokedTokenAsync(RowId id, DateTimeOffset expiry, CancellationToken cancellation) =>
        ChangeAsync(id, grant => grant.WithRevokedToken(expiry), cancellation);

    // Until it is written, or there is nothing to write.
    private async Task ChangeAsync(RowId id, Func<Grant, Grant> change, CancellationToken cancellation)
    {
        while (await FindAsync(id, cancellation) is { } read && change(read.Value) is var next && next != read.Value)
        {
            if (await TryReplaceAsync(read, next, cancellation))
                return;
        }
    }

    private Row ToRow(Grant grant)
    {
        var row = rows.New(grant.Id)
            .Set("State", grant.State.ToString())
            .Set("ClientId", grant.ClientId)
            .Set("Registration", grant.Registration)
            .Set("Subject", grant.Subject)
            .Set("Scope", grant.Scope)
            .Set("RedirectUri", grant.RedirectUri)
            .Set("RedirectUriWasSent", grant.RedirectUriWasSent)
            .Set("CodeChallenge", grant.CodeChallenge)
            .Set("Nonce", grant.Nonce)
            .Set("Claims", grant.ClaimsParameter)
            .Set("SessionId", grant.SessionId)
            .Set("AuthTime", grant.AuthTime)
            .Set("Amr", grant.Amr)
            .Set("CodeHash", grant.CodeHash)
            .Set("GrantedAt", grant.GrantedAt)
            .Set("Stamp", grant.Stamp)
            .Set("CodeExpiresAt", grant.CodeExpiresAt)
            .Set("ExpiresAt", grant.ExpiresAt)
            .Set("RevokedTokensUntil", grant.RevokedTokensUntil);
        return grant.Refresh is not { } refresh
            ? row
            : row.Set("RefreshLineageHash", refresh.LineageHash)
                .Set("RefreshLinkHash", refresh.LinkHash)
                .Set("RefreshGeneration", refresh.Generation)
                .Set("RefreshExpiresAt", refresh.ExpiresAt)
                .Set("RefreshPreviousLinkHash", refresh.PreviousLinkHash)
                .Set("RefreshSalt", refresh.Salt)
                .Set("RefreshRotatedAt", refresh.RotatedAt);
    }

    private static Grant FromRow(RowId id, Row row) =>
        new()
        {
            Id = id,
            State = Enum.Parse<GrantState>(row.RequiredText("State")),
            ClientId = row.RequiredText("ClientId"),
            Registration = row.Text("Registration") ?? "",
            Subject = row.RequiredText("Subject"),
            Scope = row.Scope("Scope"),
            RedirectUri = row.RequiredText("RedirectUri"),
            RedirectUriWasSent = row.Flag("RedirectUriWasSent"),
            CodeChallenge = row.Text("CodeChallenge"),
            Nonce = row.Text("Nonce"),
            ClaimsParameter = row.Text("Claims"),
            SessionId = row.Id("SessionId") ?? default,
            AuthTime = row.RequiredInstant("AuthTime"),
            Amr = row.Lines("Amr"),
            CodeHash = row.RequiredBytes("CodeHash"),
            GrantedAt = row.RequiredInstant("GrantedAt"),
            Stamp = row.Text("Stamp") ?? "",
            CodeExpiresAt = row.RequiredInstant("CodeExpiresAt"),
            ExpiresAt = row.RequiredInstant("ExpiresAt"),
            RevokedTokensUntil = row.Instant("RevokedTokensUntil"),
            Refresh = row.Bytes("RefreshLinkHash") is not { } linkHash
                ? null
                : new RefreshState
                {
                    LineageHash = row.RequiredBytes("RefreshLineageHash"),
                    LinkHash = linkHash,
                    Generation = row.Number("RefreshGeneration") ?? 1,
                    ExpiresAt = row.RequiredInstant("RefreshExpiresAt"),
                    PreviousLinkHash = row.Bytes("RefreshPreviousLinkHash"),
                    Salt = row.Bytes("RefreshSalt"),
                    RotatedAt = row.Instant("RefreshRotatedAt"),
                },
        };
}

using Postern.Protocol;

namespace Postern.Storage;

/// <summary>Grants: code and refresh token of one authorization in one row.</summary>
public sealed class GrantStore(Tables tables)
{
    // With pauses of 2 to 4 milliseconds that double each time: a second in all.
    private const int MaxTries = 9;

    private readonly ExpiringRows rows = new(tables, "grant");

    public Task InsertAsync(Grant grant, CancellationToken cancellation) => rows.InsertAsync(grant.Id.Day, ToRow(grant), cancellation);

    public async Task<Stored<Grant>?> FindAsync(RowId id, CancellationToken cancellation) =>
        await rows.FindAsync(id, cancellation) is { } row ? new Stored<Grant>(FromRow(id, row), row.ETag, row.ReadAt) : null;

    /// <summary>Redeems, rotates or extends: true for exactly one of all who read the same version.</summary>
    public Task<bool> TryReplaceAsync(Stored<Grant> read, Grant next, CancellationToken cancellation) =>
        rows.TryReplaceAsync(next.Id.Day, ToRow(next), read.ETag, cancellation);

    /// <summary>Revokes whatever was issued under the grant: one write, whoever else changes the row meanwhile.</summary>
    public Task RevokeAsync(RowId id, CancellationToken cancellation) =>
        rows.TryMergeAsync(id.Day, rows.New(id).Set("State", GrantState.Revoked.ToString()), cancellation);

    /// <summary>Leaves nothing half open of a redemption of which nobody knows whether it was written; another's stays.</summary>
    /// <param name="redeemed">What would have been written.</param>
    /// <param name="cancellation">Ends it.</param>
    public Task AbandonAsync(Grant redeemed, CancellationToken cancellation) =>
        ChangeAsync(redeemed.Id, null, grant => grant.Abandoned(redeemed), cancellation);

    /// <summary>Tells whoever reads the grant that one of its access tokens is among the revoked ones, which the caller has seen to.</summary>
    /// <param name="id">The grant.</param>
    /// <param name="expiry">The token's.</param>
    /// <param name="cancellation">Ends it.</param>
    public Task RecordRevokedTokenAsync(RowId id, DateTimeOffset expiry, CancellationToken cancellation) =>
        ChangeAsync(id, null, grant => grant.WithRevokedToken(expiry), cancellation);

    /// <summary>Tells whoever reads the grant that what came with this refresh token has arrived: the one before it is of no use any more.</summary>
    public Task RecordInUseAsync(Stored<Grant> read, int generation, CancellationToken cancellation) =>
        ChangeAsync(read.Value.Id, read, grant => grant with { Refresh = grant.Refresh?.InUse(generation) }, cancellation);

    // Until it is written, or there is nothing to write.
    private async Task ChangeAsync(RowId id, Stored<Grant>? read, Func<Grant, Grant> change, CancellationToken cancellation)
    {
        for (var tries = 0; tries < MaxTries; tries++)
        {
            if (tries > 0)
                await Task.Delay(Random.Shared.Next(1 << tries, 4 << tries), cancellation);
            read ??= await FindAsync(id, cancellation);
            if (read is null || change(read.Value) is var next && next == read.Value || await TryReplaceAsync(read, next, cancellation))
                return;
            read = null;
        }
        throw new TableOutageException($"The row of grant {id} was changed by others {MaxTries} times in a row");
    }

    private Row ToRow(Grant grant)
    {
        var row = rows.New(grant.Id)
            .Set("State", grant.State.ToString())
            .Set("ClientId", grant.ClientId)
            .Set("Registration", grant.Registration)
            .Set("Subject", grant.Subject)
            .Set("Scope", grant.Scope)
            .Set("Resources", grant.Resources)
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
        return grant.Refresh is { } refresh ? WithRefresh(row, refresh) : row;
    }

    private static Row WithRefresh(Row row, RefreshState refresh) =>
        row.Set("RefreshLineageHash", refresh.LineageHash)
            .Set("RefreshLinkHash", refresh.LinkHash)
            .Set("RefreshGeneration", refresh.Generation)
            .Set("RefreshExpiresAt", refresh.ExpiresAt)
            .Set("RefreshPreviousLinkHash", refresh.Previous?.LinkHash)
            .Set("RefreshSalt", refresh.Previous?.Salt)
            .Set("RefreshRotatedAt", refresh.Previous?.ReplacedAt)
            .Set("RefreshEarlierLinkHash", refresh.Earlier?.LinkHash)
            .Set("RefreshEarlierSalt", refresh.Earlier?.Salt)
            .Set("RefreshEarlierRotatedAt", refresh.Earlier?.ReplacedAt)
            .Set("RefreshInUse", refresh.IsInUse)
            .Set("RefreshAskedTwice", refresh.AskedTwice);

    private static Grant FromRow(RowId id, Row row) =>
        new()
        {
            Id = id,
            State = Enum.Parse<GrantState>(row.RequiredText("State")),
            ClientId = row.RequiredText("ClientId"),
            Registration = row.Text("Registration") ?? "",
            Subject = row.RequiredText("Subject"),
            Scope = row.Scope("Scope"),
            Resources = row.Lines("Resources"),
            RedirectUri = row.Text("RedirectUri"),
            RedirectUriWasSent = row.Flag("RedirectUriWasSent"),
            CodeChallenge = row.Text("CodeChallenge"),
            Nonce = row.Text("Nonce"),
            ClaimsParameter = row.Text("Claims"),
            SessionId = row.Id("SessionId"),
            AuthTime = row.RequiredInstant("AuthTime"),
            Amr = row.Lines("Amr"),
            CodeHash = row.RequiredBytes("CodeHash"),
            GrantedAt = row.RequiredInstant("GrantedAt"),
            Stamp = row.Text("Stamp") ?? ".",
            CodeExpiresAt = row.RequiredInstant("CodeExpiresAt"),
            ExpiresAt = row.RequiredInstant("ExpiresAt"),
            RevokedTokensUntil = row.Instant("RevokedTokensUntil"),
            Refresh = row.Bytes("RefreshLinkHash") is { } linkHash ? ToRefresh(row, linkHash) : null,
        };

    private static RefreshState ToRefresh(Row row, byte[] linkHash) =>
        new()
        {
            LineageHash = row.RequiredBytes("RefreshLineageHash"),
            LinkHash = linkHash,
            Generation = row.Number("RefreshGeneration") ?? 1,
            ExpiresAt = row.RequiredInstant("RefreshExpiresAt"),
            Previous = ToLink(row, "RefreshPreviousLinkHash", "RefreshSalt", "RefreshRotatedAt"),
            Earlier = ToLink(row, "RefreshEarlierLinkHash", "RefreshEarlierSalt", "RefreshEarlierRotatedAt"),
            IsInUse = row.Flag("RefreshInUse"),
            AskedTwice = row.Number("RefreshAskedTwice") ?? 0,
        };

    // The write that replaces a link cannot tell when it will be carried out; the service can.
    private static ReplacedLink? ToLink(Row row, string hash, string salt, string replacedAt) =>
        row.Bytes(hash) is { } linkHash ? new(linkHash, row.RequiredBytes(salt), row.Instant(replacedAt) ?? row.WrittenAt) : null;
}

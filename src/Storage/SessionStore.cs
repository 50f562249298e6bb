using Postern.Protocol;

namespace Postern.Storage;

/// <summary>Login sessions.</summary>
public sealed class SessionStore(Tables tables)
{
    private readonly ExpiringRows rows = new(tables, "session");

    public Task InsertAsync(Session session, CancellationToken cancellation)
    {
        var row = rows.New(session.Id)
            .Set("SecretHash", session.SecretHash)
            .Set("Subject", session.Subject)
            .Set("AuthTime", session.AuthTime)
            .Set("Amr", session.Amr)
            .Set("ExpiresAt", session.ExpiresAt)
            .Set("Stamp", session.Stamp);
        return rows.InsertAsync(session.Id.Day, row, cancellation);
    }

    public async Task<Session?> FindAsync(RowId id, CancellationToken cancellation) =>
        await rows.FindAsync(id, cancellation) is not { } row
            ? null
            : new Session
            {
                Id = id,
                SecretHash = row.RequiredBytes("SecretHash"),
                Subject = row.RequiredText("Subject"),
                AuthTime = row.RequiredInstant("AuthTime"),
                Amr = row.Lines("Amr"),
                ExpiresAt = row.RequiredInstant("ExpiresAt"),
                Stamp = row.Text("Stamp") ?? "",
            };

    public Task EndAsync(RowId id, CancellationToken cancellation) => rows.TryDeleteAsync(id.Day, id.ToString(), cancellation);
}

using Postern.Protocol;

namespace Postern.Storage;

/// <summary>Login sessions, and which of them were signed out.</summary>
public sealed class SessionStore(Tables tables)
{
    private readonly ExpiringRows rows = new(tables, "session");
    private readonly ExpiringRows ended = new(tables, "ended");

    public Task InsertAsync(Session session, CancellationToken cancellation)
    {
        var row = rows.New(session.Id)
            .Set("Root", session.Root)
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
                Root = row.Id("Root") ?? id,
                SecretHash = row.RequiredBytes("SecretHash"),
                Subject = row.RequiredText("Subject"),
                AuthTime = row.RequiredInstant("AuthTime"),
                Amr = row.Lines("Amr"),
                ExpiresAt = row.RequiredInstant("ExpiresAt"),
                Stamp = row.Text("Stamp") ?? "",
            };

    /// <summary>Nobody has this session any more. What was granted in it stays, unless its end is recorded too.</summary>
    public Task EndAsync(RowId id, CancellationToken cancellation) => rows.TryDeleteAsync(id.Day, id.ToString(), cancellation);

    /// <summary>Tells every grant of the session that it was signed out, however many there are: one write.</summary>
    /// <param name="root">See <see cref="Session.Root"/>.</param>
    /// <param name="cancellation">Ends it.</param>
    public Task RecordEndAsync(RowId root, CancellationToken cancellation) => ended.TryInsertAsync(root.Day, ended.New(root), cancellation);

    /// <summary>Whether it was signed out, be it by expiry over or not.</summary>
    public async Task<bool> HasEndedAsync(RowId root, CancellationToken cancellation) => await ended.FindAsync(root, cancellation) is not null;
}

using Postern.Protocol;
using Postern.Storage;

namespace Postern.Server;

/// <summary>A session that is good now, its person, and what they have allowed the client at hand.</summary>
internal sealed record SignedIn(Session Session, Account Account);

/// <summary>Login sessions: rows on the server, a handle in the cookie.</summary>
internal sealed class Sessions(SessionStore sessions, UserStore users, SessionEnd end, Cookies cookies, ServerOptions options, TimeProvider time)
{
    /// <summary>Null where nobody is signed in, the session is over, or the person is disabled or has been signed out everywhere.</summary>
    /// <param name="http">The request with the cookie.</param>
    /// <param name="clientId">The client whose consent is wanted too; null: none.</param>
    public async Task<SignedIn?> FindAsync(HttpContext http, string? clientId)
    {
        if (cookies.Session(http.Request) is not { } handle || await sessions.FindAsync(handle.Row, http.RequestAborted) is not { } session)
            return null;
        if (!session.IsHeldBy(handle) || time.GetUtcNow() >= session.ExpiresAt)
            return null;
        var account = clientId is null
            ? await users.FindAsync(session.Subject, http.RequestAborted) is { } user ? new Account(user.Value, null) : null
            : await users.FindAccountAsync(session.Subject, clientId, http.RequestAborted);
        return account?.User.Honours(session) == true ? new SignedIn(session, account) : null;
    }

    /// <summary>
    /// Starts a session under a new id in place of the one this browser had (session fixation, RFC 6819 §4.4.1.8). To clients it is
    /// the same where the same person proves again that they are there; another person's is signed out.
    /// </summary>
    /// <param name="http">The request of the browser.</param>
    /// <param name="user">Who proved to be there, as read before that: a password that is reset meanwhile must not outlive the reset.</param>
    /// <param name="authTime">When they did.</param>
    /// <param name="amr">How they proved it (RFC 8176).</param>
    public async Task<Session> StartAsync(HttpContext http, User user, DateTimeOffset authTime, IReadOnlyList<string> amr)
    {
        var expiresAt = authTime + options.SessionLifetime;
        var handle = Entropy.Handle(HandleKind.Session, Entropy.RowId(expiresAt));
        var before = await HeldAsync(http);
        var goesOn = before?.Subject == user.Subject && user.Honours(before);
        var session = new Session
        {
            Id = handle.Row,
            Root = goesOn && LivesUntil(before!.Root, expiresAt) ? before.Root : NewRoot(expiresAt),
            SecretHash = handle.SecretHash,
            Subject = user.Subject,
            AuthTime = authTime,
            Amr = amr,
            ExpiresAt = expiresAt,
            Stamp = user.Stamp,
        };
        await sessions.InsertAsync(session, http.RequestAborted);
        if (goesOn)
            await sessions.EndAsync(before!.Id, CancellationToken.None);
        else if (before is not null)
            await end.EndAsync(before);
        cookies.SetSession(http.Response, handle, expiresAt);
        return session;
    }

    /// <summary>Signs out the browser's session, if the browser really holds it.</summary>
    /// <returns>Front-channel logout URIs for the browser to load.</returns>
    public async Task<IReadOnlyList<string>> EndAsync(HttpContext http)
    {
        var frames = await HeldAsync(http) is { } session ? await end.EndAsync(session) : [];
        if (cookies.Session(http.Request) is not null)
            cookies.DeleteSession(http.Response);
        return frames;
    }

    // The cookie is the caller's to set: a response sets one of a name (RFC 6265 §4.1.1).
    private async Task<Session?> HeldAsync(HttpContext http) =>
        cookies.Session(http.Request) is { } handle
        && await sessions.FindAsync(handle.Row, http.RequestAborted) is { } session
        && session.IsHeldBy(handle)
            ? session
            : null;

    // With room for the same session to go on once more.
    private RowId NewRoot(DateTimeOffset expiresAt) => Entropy.RowId(expiresAt + options.SessionLifetime + Session.MaxAftermath);

    private static bool LivesUntil(RowId root, DateTimeOffset expiresAt) =>
        root.Day >= DateOnly.FromDateTime((expiresAt + Session.MaxAftermath).UtcDateTime);
}

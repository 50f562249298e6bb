using Postern.Protocol;
using Postern.Storage;

namespace Postern.Server;

/// <summary>Whether what stands behind a grant still does: its person, their consent, and the session where the grant ends with it.</summary>
internal sealed class Standing(UserStore users, SessionStore sessions)
{
    /// <summary>For the log.</summary>
    public const string Gone = "the end-user is gone or disabled, has taken it back, or has signed out of the session";

    /// <summary>The person and their consent; null where the grant counts no more. One read, two where the session matters, at once.</summary>
    public async Task<Account?> FindAsync(Grant grant, Client client, CancellationToken cancellation)
    {
        var account = users.FindAccountAsync(grant.Subject, grant.ClientId, cancellation);
        var hasEnded = HasEndedAsync(grant, client, cancellation);
        await Task.WhenAll(account, hasEnded);
        return account.Result?.Honours(grant) == true && !hasEnded.Result ? account.Result : null;
    }

    /// <summary>Whether the grant has ended because its session was signed out.</summary>
    public async Task<bool> HasEndedAsync(Grant grant, Client client, CancellationToken cancellation) =>
        grant.SessionId is { } session && client.Logout.Ends(grant) && await sessions.HasEndedAsync(session, cancellation);
}

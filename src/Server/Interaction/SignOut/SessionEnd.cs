using Postern.Protocol;
using Postern.Storage;

namespace Postern.Server;

/// <summary>
/// Ends a session with all that hangs on it: grants are told by one row, however many there are, and apps that want to be told have
/// a row each that is kept until they were. The session goes last, so that whoever is interrupted can do it again.
/// </summary>
internal sealed class SessionEnd(
    SessionStore sessions,
    ParticipantStore participants,
    ClientStore clients,
    LogoutDeliveries deliveries,
    ServerOptions options
)
{
    /// <summary>Not given up with the connection: who asked for it meant it.</summary>
    /// <returns>Front-channel logout URIs for the browser to load.</returns>
    public async Task<IReadOnlyList<string>> EndAsync(Session session)
    {
        var listed = await participants.ListAsync(session.Root, CancellationToken.None);
        var found = await Task.WhenAll(listed.Select(one => clients.FindAsync(one.ClientId, CancellationToken.None)));
        var told = found.Where((client, index) => client?.Registration == listed[index].Registration).OfType<Client>().ToList();
        var ended = sessions.RecordEndAsync(session.Root, CancellationToken.None);
        var begun = await Task.WhenAll(told.Select(client => deliveries.RecordAsync(client, session)));
        await ended;
        await sessions.EndAsync(session.Id, CancellationToken.None);
        deliveries.Start(begun.OfType<LogoutDelivery>());
        return [.. from client in told where client.Logout.FrontchannelLogoutUri is not null select FrameOf(client, session)];
    }

    // With both parameters always, for some libraries ignore a call without (Front-Channel Logout §2).
    private string FrameOf(Client client, Session session)
    {
        var uri = client.Logout.FrontchannelLogoutUri!;
        var separator = uri.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        var sid = ClientLogout.SessionIdFor(session.Root, client.ClientId);
        return $"{uri}{separator}{FormUrlEncoded.Encode([(Parameters.Iss, options.Issuer), ("sid", sid)])}";
    }
}

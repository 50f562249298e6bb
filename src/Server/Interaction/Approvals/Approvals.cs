using System.Net.Http.Headers;
using Postern.Protocol;
using Postern.Storage;

namespace Postern.Server;

/// <summary>What waits for one person, and their answer, of which a client hears at once that wants to (CIBA Core §10.2).</summary>
internal sealed class Approvals(
    PendingAuthorizationStore authorizations,
    ClientStore clients,
    Answers answers,
    Outbound outbound,
    TimeProvider time
)
{
    /// <summary>Null for what is not there, not this person's, or not open any more.</summary>
    public async Task<PendingRequest?> FindAsync(RowId id, string subject, CancellationToken cancellation)
    {
        if (await authorizations.FindAsync(id, cancellation) is not { Value: var pending } || pending.Subject != subject)
            return null;
        if (!pending.IsOpen(time.GetUtcNow()) || await clients.FindAsync(pending.ClientId, cancellation) is not { } client)
            return null;
        return pending.IsOf(client) ? new PendingRequest(pending, client) : null;
    }

    /// <summary>The oldest first.</summary>
    public async Task<IReadOnlyList<PendingRequest>> ListAsync(string subject, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var ids = await authorizations.ListAsync(subject, now, now + BackchannelRequest.MaxLifetime, cancellation);
        var found = await Task.WhenAll(ids.Select(id => FindAsync(id, subject, cancellation)));
        return [.. found.OfType<PendingRequest>().OrderBy(one => one.Pending.StartedAt)];
    }

    /// <summary>False: it was answered before, or too late.</summary>
    public async Task<bool> TryAnswerAsync(PendingRequest asked, SignedIn signedIn, bool isAllowed, CancellationToken cancellation)
    {
        var isAnswered = isAllowed
            ? await answers.TryAllowAsync(asked.Pending, asked.Client, signedIn, cancellation)
            : await answers.TryDenyAsync(asked.Pending, cancellation);
        // The person does not wait for it: where it is not reached, the client asks of itself.
        if (isAnswered)
            _ = NotifyAsync(asked);
        return isAnswered;
    }

    private async Task NotifyAsync(PendingRequest asked)
    {
        if (asked.Pending.NotificationToken is not { } token || asked.Client.NotificationEndpoint is not { } endpoint)
            return;
        var handle = BackchannelRequest.HandleOf(asked.Pending.Id, token);
        var body = Json.Object(writer => writer.WriteString(BackchannelAuthenticationEndpoint.AuthReqId, handle.Encode()));
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        await outbound.PostAsync(new Uri(endpoint), content, new AuthenticationHeaderValue("Bearer", token), CancellationToken.None);
    }
}

using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Postern.Protocol;
using Postern.Signing;
using Postern.Storage;

namespace Postern.Server;

/// <summary>
/// Posts logout tokens to clients (Back-Channel Logout §2.5): at once and beside the request, and where that fails by a timer, for
/// as long as the row of the delivery says. Each client is called by itself, so a dead one delays nobody.
/// </summary>
internal sealed class LogoutDeliveries(
    LogoutDeliveryStore deliveries,
    ClientStore clients,
    ISigner signer,
    Outbound outbound,
    ServerOptions options,
    TimeProvider time,
    ILogger logger
)
{
    private const int MaxAtOnce = 16;

    /// <summary>Makes sure that the client will be told, whatever becomes of this instance.</summary>
    /// <returns>What to start now; null where there is nothing to do, or somebody else does it.</returns>
    public async Task<LogoutDelivery?> RecordAsync(Client client, Session session)
    {
        if (client.Logout.BackchannelLogoutUri is null)
            return null;
        var (now, sid) = (time.GetUtcNow(), ClientLogout.SessionIdFor(session.Root, client.ClientId));
        var delivery = new LogoutDelivery
        {
            // One for each session and client, so that of many who sign out at once one tells it.
            Id = RowId.For(now + LogoutDelivery.Lifetime, SHA256.HashData(Encoding.UTF8.GetBytes($"logout {session.Root} {client.ClientId}"))),
            ClientId = client.ClientId,
            Registration = client.Registration,
            Subject = session.Subject,
            SessionId = sid,
            Tries = 0,
            NextAt = now,
            ExpiresAt = now + LogoutDelivery.Lifetime,
        };
        delivery = delivery.Tried(now);
        return await deliveries.TryInsertAsync(delivery, CancellationToken.None) ? delivery : null;
    }

    /// <summary>Tries each for the first time. Nobody waits for it.</summary>
    public void Start(IEnumerable<LogoutDelivery> recorded)
    {
        foreach (var delivery in recorded)
            _ = Task.Run(() => TryAsync(delivery, CancellationToken.None));
    }

    /// <summary>Tries again what is due, and what an instance left behind that is gone.</summary>
    public async Task RunDueAsync(CancellationToken cancellation)
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var limits = new ParallelOptions { MaxDegreeOfParallelism = MaxAtOnce, CancellationToken = cancellation };
        foreach (var day in new[] { today, today.AddDays(1) })
        {
            var pending = deliveries.ListPendingAsync(day, cancellation);
            await Parallel.ForEachAsync(pending, limits, async (stored, token) => await TryDueAsync(stored, token));
        }
    }

    private async Task TryDueAsync(Stored<LogoutDelivery> stored, CancellationToken cancellation)
    {
        var (delivery, now) = (stored.Value, time.GetUtcNow());
        if (now < delivery.NextAt)
            return;
        if (delivery.IsOver(now))
            await GiveUpAsync(delivery, $"{delivery.Tries} tries", cancellation);
        // Another instance's timer may be at it too.
        else if (delivery.Tried(now) is var next && await deliveries.TryReplaceAsync(stored, next, cancellation))
            await TryAsync(next, cancellation);
    }

    private async Task TryAsync(LogoutDelivery delivery, CancellationToken cancellation)
    {
        try
        {
            var client = await clients.FindAsync(delivery.ClientId, cancellation);
            if (client?.Logout.BackchannelLogoutUri is not { } uri || client.Registration != delivery.Registration)
                await deliveries.FinishAsync(delivery.Id, cancellation);
            else
                await PostAsync(delivery, client, new Uri(uri), cancellation);
        }
        // The row stays, and with it the next try.
        catch (Exception surprise) when (!cancellation.IsCancellationRequested)
        {
            ErrorBoundary.Report($"Telling client {delivery.ClientId} of a sign-out", surprise, logger);
        }
    }

    private async Task PostAsync(LogoutDelivery delivery, Client client, Uri uri, CancellationToken cancellation)
    {
        var token = new LogoutToken
        {
            Issuer = options.Issuer,
            Audience = client.ClientId,
            Subject = delivery.Subject,
            SessionId = delivery.SessionId,
            IssuedAt = time.GetUtcNow(),
            Id = Base64Url.EncodeToString(Entropy.Bytes(16)),
        };
        var signed = await signer.SignAsync(client.SigningAlgorithm, Jws.LogoutTokenType, token.ToClaims(), cancellation);
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("logout_token", signed)]);
        var status = await outbound.PostAsync(uri, form, null, cancellation);
        if (status is >= 200 and < 300)
            await deliveries.FinishAsync(delivery.Id, cancellation);
        // It has read the token and says no (§2.8), and would again. All else may mend itself.
        else if (status is 400)
            await GiveUpAsync(delivery, "it answered 400", cancellation);
        else if (status is not null)
            logger.NotToldYet(delivery.ClientId, status.Value);
    }

    private async Task GiveUpAsync(LogoutDelivery delivery, string reason, CancellationToken cancellation)
    {
        logger.NeverTold(delivery.ClientId, reason);
        await deliveries.FinishAsync(delivery.Id, cancellation);
    }
}

internal static partial class LogoutLog
{
    [LoggerMessage(20, LogLevel.Warning, "Client {ClientId} answered {Status} to a logout token; it is told again")]
    public static partial void NotToldYet(this ILogger logger, string clientId, int status);

    [LoggerMessage(21, LogLevel.Warning, "Client {ClientId} was not told of a sign-out, and will not be: {Reason}")]
    public static partial void NeverTold(this ILogger logger, string clientId, string reason);
}

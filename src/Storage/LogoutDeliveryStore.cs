using Postern.Protocol;

namespace Postern.Storage;

/// <summary>Who has still to be told that a session is over.</summary>
public sealed class LogoutDeliveryStore(Tables tables)
{
    private const string State = "State";
    private const string Pending = "pending";

    private readonly ExpiringRows rows = new(tables, "logout");

    /// <summary>False: somebody else has seen to it, or did long ago.</summary>
    public Task<bool> TryInsertAsync(LogoutDelivery delivery, CancellationToken cancellation) =>
        rows.TryInsertAsync(delivery.Id.Day, ToRow(delivery), cancellation);

    /// <summary>Those that end on that day, for timers; it looks at all of that day, and forgets those that were done.</summary>
    public async IAsyncEnumerable<Stored<LogoutDelivery>> ListPendingAsync(
        DateOnly day,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation
    )
    {
        await foreach (var row in rows.ListAsync(day, cancellation))
        {
            var delivery = FromRow(row);
            if (row.Text(State) == Pending)
                yield return new Stored<LogoutDelivery>(delivery, row.ETag);
            else
                await rows.TryDeleteAsync(day, delivery.Id.ToString(), cancellation);
        }
    }

    /// <summary>True for one of all who read the same version.</summary>
    public Task<bool> TryReplaceAsync(Stored<LogoutDelivery> read, LogoutDelivery next, CancellationToken cancellation) =>
        rows.TryReplaceAsync(next.Id.Day, ToRow(next), read.ETag, cancellation);

    /// <summary>Leaves the row to say that it was done, for others who sign the same session out.</summary>
    public Task FinishAsync(RowId id, CancellationToken cancellation) => rows.TryMergeAsync(id.Day, rows.New(id).Set(State, "done"), cancellation);

    private Row ToRow(LogoutDelivery delivery) =>
        rows.New(delivery.Id)
            .Set(State, Pending)
            .Set("Id", delivery.Id)
            .Set("ClientId", delivery.ClientId)
            .Set("Registration", delivery.Registration)
            .Set("Subject", delivery.Subject)
            .Set("SessionId", delivery.SessionId)
            .Set("Tries", delivery.Tries)
            .Set("NextAt", delivery.NextAt)
            .Set("ExpiresAt", delivery.ExpiresAt);

    private static LogoutDelivery FromRow(Row row) =>
        new()
        {
            Id = row.Id("Id") ?? default,
            ClientId = row.RequiredText("ClientId"),
            Registration = row.Text("Registration") ?? "",
            Subject = row.RequiredText("Subject"),
            SessionId = row.RequiredText("SessionId"),
            Tries = row.RequiredNumber("Tries"),
            NextAt = row.RequiredInstant("NextAt"),
            ExpiresAt = row.RequiredInstant("ExpiresAt"),
        };
}

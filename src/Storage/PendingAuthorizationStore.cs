using System.Security.Cryptography;
using System.Text;
using Postern.Protocol;

namespace Postern.Storage;

/// <summary>Authorizations that wait for a person's answer, while their clients ask for it.</summary>
public sealed class PendingAuthorizationStore(Tables tables)
{
    // With pauses of 2 to 4 milliseconds that double each time: a second in all.
    private const int MaxTries = 9;

    // More than anybody answers, and as many as one page shows.
    private const int MaxListed = 20;

    private readonly ExpiringRows rows = new(tables, "pending");

    /// <summary>False: its id is taken, as one can be that a short code names.</summary>
    public Task<bool> TryInsertAsync(PendingAuthorization pending, CancellationToken cancellation) =>
        rows.TryInsertAsync(pending.Id.Day, ToRow(pending), cancellation);

    /// <summary>Inserts one that a certain person has to answer, and a row by which they find it.</summary>
    public async Task InsertForPersonAsync(PendingAuthorization pending, CancellationToken cancellation)
    {
        await rows.InsertAsync(pending.Id.Day, ToRow(pending), cancellation);
        var waiting = new Row(PersonPartition(pending.Subject!), pending.Id.ToString()).Set("ExpiresAt", pending.ExpiresAt);
        await tables.TryInsertAsync(ExpiringTables.NameOf(pending.Id.Day), waiting, cancellation);
    }

    /// <summary>What a person may have to answer, whether or not they have.</summary>
    /// <param name="subject">The person.</param>
    /// <param name="now">The current time.</param>
    /// <param name="latest">The latest expiry.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<IReadOnlyList<RowId>> ListAsync(string subject, DateTimeOffset now, DateTimeOffset latest, CancellationToken cancellation)
    {
        var found = new List<RowId>();
        foreach (var day in new[] { now, latest }.Select(end => DateOnly.FromDateTime(end.UtcDateTime)).Distinct())
        {
            await foreach (var row in tables.QueryAsync(ExpiringTables.NameOf(day), $"PartitionKey eq '{PersonPartition(subject)}'", cancellation))
            {
                if (found.Count < MaxListed && row.RequiredInstant("ExpiresAt") > now && RowId.TryParse(row.RowKey) is { } id)
                    found.Add(id);
            }
        }
        return found;
    }

    public async Task<Stored<PendingAuthorization>?> FindAsync(RowId id, CancellationToken cancellation) =>
        await rows.FindAsync(id, cancellation) is { } row ? new Stored<PendingAuthorization>(FromRow(id, row), row.ETag) : null;

    /// <summary>False: somebody has answered, or another question of the client was first.</summary>
    public Task<bool> TryReplaceAsync(Stored<PendingAuthorization> read, PendingAuthorization next, CancellationToken cancellation) =>
        rows.TryReplaceAsync(next.Id.Day, ToRow(next), read.ETag, cancellation);

    /// <summary>Writes down an answer, however often the client asks meanwhile. False: there is an answer, or nothing to answer any more.</summary>
    public async Task<bool> TryAnswerAsync(RowId id, Func<PendingAuthorization, PendingAuthorization?> answer, CancellationToken cancellation)
    {
        for (var tries = 0; tries < MaxTries; tries++)
        {
            if (tries > 0)
                await Task.Delay(Random.Shared.Next(1 << tries, 4 << tries), cancellation);
            if (await FindAsync(id, cancellation) is not { } read || answer(read.Value) is not { } answered)
                return false;
            if (await TryReplaceAsync(read, answered, cancellation))
                return true;
        }
        throw new TableOutageException($"The row of the pending authorization {id} was changed by others {MaxTries} times in a row");
    }

    private static string PersonPartition(string subject) =>
        $"waiting-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(subject)))}";

    private Row ToRow(PendingAuthorization pending) =>
        rows.New(pending.Id)
            .Set("Handle", pending.Kind.ToString())
            .Set("SecretHash", pending.SecretHash)
            .Set("ClientId", pending.ClientId)
            .Set("Registration", pending.Registration)
            .Set("Subject", pending.Subject)
            .Set("Scope", pending.Scope)
            .Set("BindingMessage", pending.BindingMessage)
            .Set("NotificationToken", pending.NotificationToken)
            .Set("StartedAt", pending.StartedAt)
            .Set("StartedFrom", pending.StartedFrom)
            .Set("ExpiresAt", pending.ExpiresAt)
            .Set("Interval", pending.Interval)
            .Set("IsPolled", pending.IsPolled)
            .Set("State", pending.State.ToString())
            .Set("Grant", pending.Grant);

    private static PendingAuthorization FromRow(RowId id, Row row) =>
        new()
        {
            Id = id,
            Kind = Enum.Parse<HandleKind>(row.RequiredText("Handle")),
            SecretHash = row.RequiredBytes("SecretHash"),
            ClientId = row.RequiredText("ClientId"),
            Registration = row.RequiredText("Registration"),
            Subject = row.Text("Subject"),
            Scope = row.Scope("Scope"),
            BindingMessage = row.Text("BindingMessage"),
            NotificationToken = row.Text("NotificationToken"),
            StartedAt = row.RequiredInstant("StartedAt"),
            StartedFrom = row.Text("StartedFrom"),
            ExpiresAt = row.RequiredInstant("ExpiresAt"),
            Interval = TimeSpan.FromSeconds(row.RequiredNumber("Interval")),
            IsPolled = row.Flag("IsPolled"),
            State = Enum.Parse<PendingState>(row.RequiredText("State")),
            Grant = row.Id("Grant"),
            Age = row.Age,
        };
}

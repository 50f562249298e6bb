using Postern.Protocol;

namespace Postern.Storage;

/// <summary>A client that a session was used for and that wants to be told of its end.</summary>
/// <param name="ClientId">The client.</param>
/// <param name="Registration">The client's then.</param>
public sealed record Participant(string ClientId, string Registration);

/// <summary>Which clients a session was used for: one row each, in the partition of the session's root.</summary>
public sealed class ParticipantStore(Tables tables)
{
    private readonly ExpiringRows rows = new(tables, "participant");

    /// <summary>Once is enough.</summary>
    public Task RecordAsync(RowId root, Participant participant, CancellationToken cancellation) =>
        rows.TryInsertAsync(root.Day, rows.New(root, participant.ClientId).Set("Registration", participant.Registration), cancellation);

    public async Task<List<Participant>> ListAsync(RowId root, CancellationToken cancellation)
    {
        var all = new List<Participant>();
        await foreach (var row in rows.ListAsync(root, cancellation))
            all.Add(new Participant(row.RowKey, row.Text("Registration") ?? ""));
        return all;
    }
}

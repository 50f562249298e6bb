using Postern.Protocol;

namespace Postern.Storage;

/// <summary>Authorization requests and pages that wait for a person to sign in.</summary>
public sealed class InteractionStore(Tables tables)
{
    private readonly ExpiringRows rows = new(tables, "interaction");

    public Task InsertAsync(Interaction interaction, CancellationToken cancellation) =>
        rows.InsertAsync(interaction.Id.Day, ToRow(interaction), cancellation);

    public async Task<Stored<Interaction>?> FindAsync(RowId id, CancellationToken cancellation) =>
        await rows.FindAsync(id, cancellation) is { } row ? new Stored<Interaction>(FromRow(id, row), row.ETag) : null;

    /// <summary>False: another request of the same browser was first.</summary>
    public Task<bool> TryReplaceAsync(Stored<Interaction> read, Interaction next, CancellationToken cancellation) =>
        rows.TryReplaceAsync(next.Id.Day, ToRow(next), read.ETag, cancellation);

    private Row ToRow(Interaction interaction) =>
        rows.New(interaction.Id)
            .Set("BrowserHash", interaction.BrowserHash)
            .Set("ReturnTo", interaction.ReturnTo)
            .Set("Parameters", interaction.Parameters)
            .Set("HintedSubject", interaction.HintedSubject)
            .Set("ExpiresAt", interaction.ExpiresAt)
            .Set("SessionId", interaction.Session)
            .Set("Reauthenticated", interaction.Reauthenticated)
            .Set("Consented", interaction.Consented)
            .Set("Shown", interaction.Shown)
            .Set("Completed", interaction.Completed);

    private static Interaction FromRow(RowId id, Row row) =>
        new()
        {
            Id = id,
            BrowserHash = row.RequiredBytes("BrowserHash"),
            ReturnTo = row.Text("ReturnTo") ?? Paths.Authorize,
            Parameters = row.RequiredText("Parameters"),
            HintedSubject = row.Text("HintedSubject"),
            ExpiresAt = row.RequiredInstant("ExpiresAt"),
            Session = row.Id("SessionId"),
            Reauthenticated = row.Flag("Reauthenticated"),
            Consented = row.FlagOrNull("Consented"),
            Shown = row.Scope("Shown"),
            Completed = row.Flag("Completed"),
        };
}

namespace Postern.Signing;

/// <summary>The table of wrapped keys, as much of it as signing needs. The composition root fills it from the storage.</summary>
/// <param name="ListAsync">All rows with their ETags. A handful; never filtered.</param>
/// <param name="TryInsertAsync">Inserts; false where a row of that <see cref="WrappedKey.Name"/> exists.</param>
/// <param name="TryReplaceAsync">Replaces the row of that name if it still has that <see cref="WrappedKey.ETag"/>, else false.</param>
/// <param name="TryDeleteAsync">Deletes the row of that name if it still has that <see cref="WrappedKey.ETag"/>, else false.</param>
public sealed record WrappedKeyRows(
    Func<CancellationToken, Task<IReadOnlyList<WrappedKey>>> ListAsync,
    Func<WrappedKey, CancellationToken, Task<bool>> TryInsertAsync,
    Func<WrappedKey, CancellationToken, Task<bool>> TryReplaceAsync,
    Func<WrappedKey, CancellationToken, Task<bool>> TryDeleteAsync);

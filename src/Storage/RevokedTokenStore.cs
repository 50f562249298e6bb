using System.Security.Cryptography;
using System.Text;

namespace Postern.Storage;

/// <summary>Access tokens that were revoked one by one, remembered until they would have expired.</summary>
public sealed class RevokedTokenStore(Tables tables)
{
    private readonly ExpiringRows rows = new(tables, "revoked");

    /// <param name="tokenId">The <c>jti</c>.</param>
    /// <param name="until">The token's expiry, whose day names the table.</param>
    /// <param name="cancellation">Ends it.</param>
    public Task RememberAsync(string tokenId, DateTimeOffset until, CancellationToken cancellation) =>
        rows.TryInsertAsync(Day(until), rows.New(Key(tokenId)).Set("ExpiresAt", until), cancellation);

    public async Task<bool> IsRevokedAsync(string tokenId, DateTimeOffset until, CancellationToken cancellation) =>
        await rows.FindAsync(Day(until), Key(tokenId), cancellation) is not null;

    private static DateOnly Day(DateTimeOffset until) => DateOnly.FromDateTime(until.UtcDateTime);

    private static string Key(string tokenId) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(tokenId)));
}

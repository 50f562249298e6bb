using System.Security.Cryptography;
using System.Text;
using Postern.Protocol;

namespace Postern.Storage;

/// <summary>Registered issuers of others' tokens, remembered for a while by whoever reads them often.</summary>
public sealed class TrustedIssuerStore
{
    private const string Issuers = "issuers";
    private const string IssuerKey = "issuer";

    private readonly Tables tables;
    private readonly Remembered<TrustedIssuer> remembered;

    /// <param name="tables">Where they are.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cacheFor">How long one, or that there is none, is remembered.</param>
    public TrustedIssuerStore(Tables tables, TimeProvider time, TimeSpan cacheFor)
    {
        this.tables = tables;
        remembered = new Remembered<TrustedIssuer>(time, cacheFor, async issuer => (await ReadAsync(issuer, CancellationToken.None))?.Value);
    }

    /// <summary>As it is remembered.</summary>
    public Task<TrustedIssuer?> FindAsync(string issuer, CancellationToken cancellation) => remembered.FindAsync(issuer, cancellation);

    /// <summary>The row as it is now, to be changed.</summary>
    public async Task<Stored<TrustedIssuer>?> ReadAsync(string issuer, CancellationToken cancellation) =>
        await tables.FindAsync(Issuers, Partition(issuer), IssuerKey, cancellation) is { } row
            ? new Stored<TrustedIssuer>(FromRow(row), row.ETag)
            : null;

    /// <summary>All of them, for operators; it reads the whole table.</summary>
    public async IAsyncEnumerable<TrustedIssuer> ListAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var row in tables.QueryAsync(Issuers, null, cancellation))
            yield return FromRow(row);
    }

    /// <summary>False: it is registered already.</summary>
    public Task<bool> TryAddAsync(TrustedIssuer issuer, CancellationToken cancellation) =>
        remembered.ForgettingAsync(issuer.Issuer, tables.TryInsertAsync(Issuers, ToRow(issuer), cancellation));

    public Task<bool> TryReplaceAsync(Stored<TrustedIssuer> read, TrustedIssuer next, CancellationToken cancellation) =>
        remembered.ForgettingAsync(next.Issuer, tables.TryReplaceAsync(Issuers, ToRow(next), read.ETag, cancellation));

    /// <summary>False: there was none.</summary>
    public Task<bool> TryRemoveAsync(string issuer, CancellationToken cancellation) =>
        remembered.ForgettingAsync(issuer, tables.TryDeleteAsync(Issuers, Partition(issuer), IssuerKey, cancellation));

    private static Row ToRow(TrustedIssuer issuer) =>
        new Row(Partition(issuer.Issuer), IssuerKey)
            .Set("Issuer", issuer.Issuer)
            .Set("Keys", issuer.Keys.ToJson())
            .Set("Algorithms", issuer.Algorithms)
            .Set("Audience", issuer.Audience)
            .Set("SubjectClaim", issuer.SubjectClaim)
            .Set("SingleUse", issuer.SingleUse)
            .Set("CreatedAt", issuer.CreatedAt);

    private static TrustedIssuer FromRow(Row row) =>
        new()
        {
            Issuer = row.RequiredText("Issuer"),
            Keys = KeySource.FromJson(row.Text("Keys")),
            Algorithms = row.RequiredLines("Algorithms"),
            Audience = row.Text("Audience"),
            SubjectClaim = row.RequiredText("SubjectClaim"),
            SingleUse = row.Flag("SingleUse"),
            CreatedAt = row.RequiredInstant("CreatedAt"),
        };

    // A URL is no key of a table.
    private static string Partition(string issuer) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(issuer)));
}

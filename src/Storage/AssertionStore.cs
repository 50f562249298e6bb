using System.Security.Cryptography;
using System.Text;
using Postern.Protocol;

namespace Postern.Storage;

/// <summary>Assertions that were used and count once, remembered until they would have expired (RFC 7523 §3, <c>jti</c>).</summary>
public sealed class AssertionStore(Tables tables)
{
    private readonly ExpiringRows rows = new(tables, "assertion");

    /// <summary>True for exactly one of all who present the same one.</summary>
    public Task<bool> TryUseAsync(VerifiedAssertion assertion, CancellationToken cancellation)
    {
        var row = rows.New(Key(assertion)).Set("ExpiresAt", assertion.RememberedUntil);
        return rows.TryInsertAsync(DateOnly.FromDateTime(assertion.RememberedUntil.UtcDateTime), row, cancellation);
    }

    // An issuer has no line feed, so no two pairs are one text.
    private static string Key(VerifiedAssertion assertion) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{assertion.Issuer}\n{assertion.Id}")));
}

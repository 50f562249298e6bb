using System.Security.Cryptography;
using Postern.Protocol;

namespace Postern.Server;

/// <summary>The one place where random bits are made.</summary>
internal static class Entropy
{
    public static byte[] Bytes(int count) => RandomNumberGenerator.GetBytes(count);

    /// <summary>A row id for something that ends at <paramref name="expiresAt"/>.</summary>
    public static RowId RowId(DateTimeOffset expiresAt) => Protocol.RowId.For(expiresAt, Bytes(16));

    /// <summary>A handle for a row; the row keeps <see cref="Handle.SecretHash"/>.</summary>
    public static Handle Handle(HandleKind kind, RowId row) => new(kind, row, Bytes(Protocol.Handle.SecretSize));
}

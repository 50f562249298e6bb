using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace Postern.Protocol;

/// <summary>What a handle is for. The kind is part of its spelling, so that no kind is ever taken for another.</summary>
public enum HandleKind
{
    AuthorizationCode,
    RefreshToken,
    Session,
    DeviceCode,
    AuthenticationRequest,
}

/// <summary>
/// Names one expiring row without being a secret: the last day on which the row can matter, which is also the name of
/// its table, and 128 random bits.
/// </summary>
public readonly record struct RowId(DateOnly Day, UInt128 Number)
{
    internal const int Size = 2 + 16;

    private static readonly DateOnly FirstDay = new(2020, 1, 1);

    /// <summary>An id for a row that stops to matter at <paramref name="expiresAt"/>.</summary>
    /// <param name="expiresAt">The row's absolute expiry.</param>
    /// <param name="random">16 random bytes.</param>
    public static RowId For(DateTimeOffset expiresAt, ReadOnlySpan<byte> random) =>
        new(DateOnly.FromDateTime(expiresAt.UtcDateTime), BinaryPrimitives.ReadUInt128BigEndian(random));

    /// <summary>Null unless <paramref name="text"/> is exactly what <see cref="ToString"/> writes.</summary>
    public static RowId? TryParse(string? text) => Strict.Base64UrlOrNull(text, Size) is { } bytes ? Read(bytes) : null;

    /// <summary>24 characters of base64url: fits a row key, a claim and a URL.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        Write(bytes);
        return Base64Url.EncodeToString(bytes);
    }

    internal static RowId Read(ReadOnlySpan<byte> bytes) =>
        new(FirstDay.AddDays(BinaryPrimitives.ReadUInt16BigEndian(bytes)), BinaryPrimitives.ReadUInt128BigEndian(bytes[2..]));

    internal void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt16BigEndian(bytes, checked((ushort)(Day.DayNumber - FirstDay.DayNumber)));
        BinaryPrimitives.WriteUInt128BigEndian(bytes[2..], Number);
    }
}

/// <summary>
/// What a client or a browser is given: prefix of the kind, row id and secret, as one word of base64url. Rows keep
/// only the hash of the secret (RFC 6819 §5.1.4.1.3).
/// </summary>
public sealed record Handle(HandleKind Kind, RowId Row, byte[] Secret)
{
    /// <summary>Random bytes in the secret of a code or a session. A refresh token's is <see cref="RefreshSecret.Size"/>.</summary>
    public const int SecretSize = 32;

    /// <summary>SHA-256 of the secret: what a row keeps.</summary>
    public byte[] SecretHash => SHA256.HashData(Secret);

    /// <summary>Null for another kind, a truncated or padded text, or any spelling but the one that was given out.</summary>
    public static Handle? TryParse(HandleKind kind, string? text)
    {
        var prefix = Prefix(kind);
        if (text is null || !text.StartsWith(prefix, StringComparison.Ordinal))
            return null;
        var bytes = Strict.Base64UrlOrNull(text[prefix.Length..], RowId.Size + SizeOfSecret(kind));
        return bytes is null ? null : new Handle(kind, RowId.Read(bytes), bytes[RowId.Size..]);
    }

    /// <summary>The wire form.</summary>
    public string Encode()
    {
        var bytes = new byte[RowId.Size + Secret.Length];
        Row.Write(bytes);
        Secret.CopyTo(bytes, RowId.Size);
        return Prefix(Kind) + Base64Url.EncodeToString(bytes);
    }

    /// <summary>Handles end up in logs of others by accident; their text form here does not.</summary>
    public override string ToString() => $"{Kind} {Row}";

    private static string Prefix(HandleKind kind) =>
        kind switch
        {
            HandleKind.AuthorizationCode => "pac_",
            HandleKind.RefreshToken => "prt_",
            HandleKind.Session => "pse_",
            HandleKind.DeviceCode => "pdc_",
            HandleKind.AuthenticationRequest => "pbr_",
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };

    private static int SizeOfSecret(HandleKind kind) => kind == HandleKind.RefreshToken ? RefreshSecret.Size : SecretSize;
}

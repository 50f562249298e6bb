using System.Security.Cryptography;

namespace Postern.Protocol;

/// <summary>
/// The secret of a refresh token: a lineage that stays for the life of the grant, and a link that each rotation
/// replaces. The next link is derived from the presented one and a salt in the row, so that a client whose connection
/// broke gets the same next token again, while neither the table nor an old token alone yields it. The lineage tells a
/// token of an earlier generation (reuse, RFC 9700 §4.14.2) from bytes somebody made up.
/// </summary>
public sealed record RefreshSecret(byte[] Lineage, byte[] Link)
{
    /// <summary>Bytes of the lineage.</summary>
    public const int LineageSize = 16;

    /// <summary>Bytes of lineage and link together: what has to be random for the first token of a grant.</summary>
    public const int Size = LineageSize + 32;

    /// <summary>SHA-256 of the lineage.</summary>
    public byte[] LineageHash => SHA256.HashData(Lineage);

    /// <summary>SHA-256 of the link.</summary>
    public byte[] LinkHash => SHA256.HashData(Link);

    /// <summary>Splits a handle's secret of <see cref="Size"/> bytes.</summary>
    public static RefreshSecret From(byte[] secret) => new(secret[..LineageSize], secret[LineageSize..]);

    /// <summary>The secret of the next generation.</summary>
    public RefreshSecret Next(byte[] salt) => this with { Link = HMACSHA256.HashData(Link, salt) };

    /// <summary>Lineage and link as a handle carries them.</summary>
    public byte[] ToBytes() => [.. Lineage, .. Link];

    /// <summary>Says nothing.</summary>
    public override string ToString() => nameof(RefreshSecret);
}

using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Postern.Protocol;

namespace Postern.Server;

/// <summary>
/// Known to one browser alone. Its hash ties an interaction to the browser (RFC 9700 §4.7), or is what a browser is known by;
/// and it keys anti-forgery tokens, so the server has nothing to keep for them.
/// </summary>
internal sealed class BrowserSecret(byte[] secret)
{
    public const int Size = 32;

    public byte[] Hash => SHA256.HashData(secret);

    public static BrowserSecret? TryParse(string? text) => Strict.Base64UrlOrNull(text, Size) is { } bytes ? new BrowserSecret(bytes) : null;

    public string Encode() => Base64Url.EncodeToString(secret);

    /// <summary>A token for one form: good for this browser and this purpose, and nothing else.</summary>
    public string AntiforgeryToken(string purpose) => Base64Url.EncodeToString(Mac(purpose));

    public bool Accepts(string? token, string purpose) =>
        Strict.Base64UrlOrNull(token, SHA256.HashSizeInBytes) is { } presented && CryptographicOperations.FixedTimeEquals(Mac(purpose), presented);

    private byte[] Mac(string purpose) => HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(purpose));
}

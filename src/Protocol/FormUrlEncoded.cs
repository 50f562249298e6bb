using System.Globalization;
using System.Text;

namespace Postern.Protocol;

/// <summary><c>application/x-www-form-urlencoded</c> as RFC 6749 appendix B uses it: UTF-8, space as plus.</summary>
public static class FormUrlEncoded
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>Joins names and values into a query or body.</summary>
    public static string Encode(IEnumerable<(string Name, string Value)> pairs) =>
        string.Join('&', pairs.Select(pair => $"{Encode(pair.Name)}={Encode(pair.Value)}"));

    /// <summary>One name or value. Space becomes %20, which every decoder of a query or a form reads alike.</summary>
    public static string Encode(string text) => Uri.EscapeDataString(text);

    /// <summary>Null for a broken escape, bytes that are not UTF-8, or a control character (NUL above all).</summary>
    public static string? Decode(string text) => DecodeText(text) is { } decoded && !decoded.Any(char.IsControl) ? decoded : null;

    /// <summary>The same for what may have any character, such as what people type: null for a broken escape or bytes that are not UTF-8.</summary>
    public static string? DecodeText(string text)
    {
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '+':
                    bytes[length++] = (byte)' ';
                    break;
                case '%':
                    if (i + 2 >= text.Length || !TryHex(text.AsSpan(i + 1, 2), out bytes[length++]))
                        return null;
                    i += 2;
                    break;
                case < (char)0x80:
                    bytes[length++] = (byte)text[i];
                    break;
                default:
                    // Not legal unescaped; a body read as Latin-1 carries such bytes, and they must still be UTF-8.
                    if (text[i] > 0xFF)
                        return null;
                    bytes[length++] = (byte)text[i];
                    break;
            }
        }
        return ToText(bytes.AsSpan(0, length));
    }

    private static bool TryHex(ReadOnlySpan<char> digits, out byte value) =>
        byte.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);

    private static string? ToText(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}

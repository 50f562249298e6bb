using System.Globalization;

namespace Postern.Protocol;

/// <summary>The one spelling under which a login name is stored and counted, so that aliases share one bucket of attempts.</summary>
public static class LoginName
{
    public const int MaxLength = 254;

    /// <summary>What anything else is told.</summary>
    public const string Rule = "A login name has only the letters a to z, digits and signs, and no spaces";

    /// <summary>
    /// What was typed, whether or not it can be a login name: lower case, NFC, and without what pasting brings along at its ends,
    /// blanks, tabs, line breaks and what cannot be seen.
    /// </summary>
    public static string Normalize(string? typed)
    {
        var text = (typed ?? "").AsSpan();
        while (text is [var first, ..] && IsPastedAlong(first))
            text = text[1..];
        while (text is [.., var last] && IsPastedAlong(last))
            text = text[..^1];
        var trimmed = text.ToString();
        return (Nfc.OrNull(trimmed) ?? trimmed).ToLowerInvariant();
    }

    /// <summary>Null unless it is 1 to 254 printable ASCII characters without space.</summary>
    public static string? Canonical(string? typed)
    {
        var text = Normalize(typed);
        return text.Length is > 0 and <= MaxLength && text.All(c => c is > ' ' and <= '~') ? text : null;
    }

    private static bool IsPastedAlong(char c) =>
        char.IsWhiteSpace(c) || char.IsControl(c) || char.GetUnicodeCategory(c) == UnicodeCategory.Format;
}

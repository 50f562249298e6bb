namespace Postern.Protocol;

/// <summary>A password in the form in which it is hashed and compared: NFC, and otherwise as it was typed (RFC 8265 §4.2).</summary>
public static class PasswordText
{
    /// <summary>Shortest and longest password, in characters as Unicode counts them (NIST SP 800-63B §3.1.1.2).</summary>
    public const int MinLength = 8;
    public const int MaxLength = 1024;

    /// <summary>Null for what is longer than any password, or no text.</summary>
    public static string? Normalize(string typed) => Nfc.OrNull(typed) is { } text && Length(text) <= MaxLength ? text : null;

    /// <summary>How many characters it has, be they one or two UTF-16 units.</summary>
    public static int Length(string text) => text.EnumerateRunes().Count();
}

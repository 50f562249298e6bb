using System.Text;
using System.Text.RegularExpressions;

namespace Postern.Protocol;

/// <summary>
/// What a request brought, as it may stand in a log line: in quotes, printable ASCII in one line, of bounded length, and without
/// what could be a secret, a code or a token.
/// </summary>
public static partial class Shown
{
    /// <summary>Most characters that are shown of one text.</summary>
    public const int MaxLength = 160;

    /// <summary>A parameter's value.</summary>
    public static string Text(string? text) => text is null ? "nothing" : Quoted(text, text);

    /// <summary>A URI: no user information, no query and no fragment, for apps send the address they are at, code and all.</summary>
    public static string Uri(string? uri)
    {
        if (uri is null)
            return "nothing";
        return Quoted(uri, AfterPath().Replace(UserInformation().Replace(uri, "//...@", 1), "$1..."));
    }

    // Secrets of clients have 43 characters, and codes, refresh tokens and the parts of a JWT have runs as long; a UUID has 36.
    private static string Quoted(string text, string safe)
    {
        var shown = new StringBuilder("'");
        foreach (var c in LongRun().Replace(safe, run => run.Value[..8] + "...").Take(MaxLength))
            shown.Append(c is >= ' ' and <= '~' and not ('\'' or '\\') ? c.ToString() : $"\\u{(int)c:x4}");
        shown.Append('\'');
        return text.Length > MaxLength ? $"{shown} of {text.Length} characters" : shown.ToString();
    }

    [GeneratedRegex("[A-Za-z0-9_-]{40,}")]
    private static partial Regex LongRun();

    [GeneratedRegex("//[^/?#]*@")]
    private static partial Regex UserInformation();

    [GeneratedRegex("([?#]).*", RegexOptions.Singleline)]
    private static partial Regex AfterPath();
}

namespace Postern.Protocol;

/// <summary>
/// URI schemes without a dot that browsers or operating systems give a meaning of their own. An answer sent there would run, be
/// shown or go to another program than the client (RFC 9700 §4.1.3).
/// </summary>
internal static class TakenSchemes
{
    private static readonly HashSet<string> Names = new(StringComparer.Ordinal)
    {
        // Run or shown by the browser.
        "javascript", "vbscript", "livescript", "mocha", "data", "blob", "filesystem", "about", "view-source", "jar", "wyciwyg",
        "chrome", "edge", "opera", "brave", "vivaldi", "resource", "intent", "android-app", "ios-app", "googlechrome",
        // Of files and networks.
        "file", "ftp", "ftps", "sftp", "ssh", "telnet", "tftp", "smb", "cifs", "nfs", "afp", "dav", "davs", "gopher", "ws", "wss",
        "ldap", "ldaps", "rdp", "vnc", "rtsp", "rtmp", "git", "svn", "magnet", "ipfs", "ipns", "cid", "mid", "urn", "tag", "content",
        // Of people and programs.
        "mailto", "tel", "sms", "smsto", "mms", "callto", "facetime", "sip", "sips", "xmpp", "irc", "ircs", "news", "nntp", "geo", "maps",
        "feed", "feeds", "market", "itms", "itms-apps", "shell", "search", "search-ms", "ms", "skype", "zoommtg", "slack", "steam", "vscode",
    };

    // Families of them: Windows' own (ms-msdt ran programs), the browsers' and their extensions'.
    private static readonly string[] Starts = ["ms-", "chrome-", "moz-", "edge-", "safari-", "x-apple-", "http", "itms", "web+"];

    public static bool Has(string scheme) => Names.Contains(scheme) || Starts.Any(start => scheme.StartsWith(start, StringComparison.Ordinal));
}

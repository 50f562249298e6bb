using System.Net;

namespace Postern.Protocol;

/// <summary>URLs of others that this server calls: what can be told before it does.</summary>
public static class FetchedUri
{
    private const int MaxLength = 1000;

    /// <summary>What is wrong with such a URL, as the rest of a sentence; null when nothing is.</summary>
    public static string? ProblemWith(string text)
    {
        if (text.Length > MaxLength || !Uri.TryCreate(text, UriKind.Absolute, out var uri))
            return $"is not an absolute URL of at most {MaxLength} characters";
        return LooksFetchable(uri) ? null : "must be https (http only on localhost), of a public host, and have no user information and no fragment";
    }

    /// <summary>
    /// https, or http on this very machine, of a host that is no private address, without user information and fragment. Where its
    /// name leads is looked at when it is called.
    /// </summary>
    public static bool LooksFetchable(Uri uri)
    {
        if (!uri.IsAbsoluteUri || uri.UserInfo.Length > 0 || uri.Fragment.Length > 0 || uri.Host.Length == 0)
            return false;
        if (uri.IsLoopback)
            return uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps;
        return uri.Scheme == Uri.UriSchemeHttps && (!IPAddress.TryParse(uri.IdnHost, out var address) || PublicAddress.IsPublic(address));
    }
}

using Postern.Protocol;

namespace Postern.Server;

/// <summary>
/// The two cookies: the session handle, and a secret that ties interactions and forms to this browser. Over https both
/// carry <c>__Host-</c>, so no sibling domain can plant them (RFC 6265bis §4.1.3.2). On plain-http localhost, where
/// some browsers drop Secure cookies, they go by a plain name without Secure.
/// </summary>
internal sealed class Cookies(ServerOptions options)
{
    // The most that browsers allow (RFC 6265bis §5.5).
    private static readonly TimeSpan KnownFor = TimeSpan.FromDays(400);

    private readonly string session = options.IsHttps ? "__Host-postern-session" : "postern-session";
    private readonly string browser = options.IsHttps ? "__Host-postern-browser" : "postern-browser";

    public Handle? Session(HttpRequest request) => Handle.TryParse(HandleKind.Session, request.Cookies[session]);

    public void SetSession(HttpResponse response, Handle handle, DateTimeOffset expiresAt) =>
        response.Cookies.Append(session, handle.Encode(), Attributes(expiresAt));

    public void DeleteSession(HttpResponse response) => response.Cookies.Delete(session, Attributes(null));

    public bool Any(HttpRequest request) => request.Cookies.ContainsKey(session) || request.Cookies.ContainsKey(browser);

    /// <summary>The browser's secret; null where it has none yet.</summary>
    public BrowserSecret? Browser(HttpRequest request) => BrowserSecret.TryParse(request.Cookies[browser]);

    /// <summary>The browser's secret, given to it now if it has none.</summary>
    public BrowserSecret EnsureBrowser(HttpContext http)
    {
        if ((Browser(http.Request) ?? http.Items[browser] as BrowserSecret) is { } known)
            return known;
        var secret = new BrowserSecret(Entropy.Bytes(BrowserSecret.Size));
        // Whoever asks again within this request means the same browser.
        http.Items[browser] = secret;
        http.Response.Cookies.Append(browser, secret.Encode(), Attributes(null));
        return secret;
    }

    /// <summary>Lets the browser keep its secret, by which it is known again.</summary>
    public void KeepBrowser(HttpContext http, DateTimeOffset now) =>
        http.Response.Cookies.Append(browser, EnsureBrowser(http).Encode(), Attributes(now + KnownFor));

    // Lax: the cookies have to come along when a client sends the person here, and not when it posts or frames.
    private CookieOptions Attributes(DateTimeOffset? expires) =>
        new()
        {
            HttpOnly = true,
            Secure = options.IsHttps,
            SameSite = SameSiteMode.Lax,
            Path = "/",
            Expires = expires,
        };
}

using System.Security.Cryptography;
using System.Text;
using Postern.Protocol;

namespace Postern.Server;

/// <summary>
/// The cookies: the session's handle, a secret by which a browser is known again, and for each interaction a secret that ties
/// it and its forms to this browser. Over https all carry <c>__Host-</c>, so no sibling domain can plant them
/// (RFC 6265bis §4.1.3.2). On plain-http localhost, where some browsers drop Secure cookies, they go by a plain name
/// without Secure. Their names tell the issuer, for browsers keep one jar for all ports of a host, and all paths.
/// </summary>
internal sealed class Cookies(ServerOptions options)
{
    // The most that browsers allow (RFC 6265bis §5.5).
    private static readonly TimeSpan KnownFor = TimeSpan.FromDays(400);

    // Tabs that wait for a person at once. All cookies of a host travel with each request.
    private const int MaxInteractions = 8;

    private readonly string prefix = $"{(options.IsHttps ? "__Host-" : "")}postern-{Tag(options.Issuer)}-";

    private string SessionName => prefix + "session";

    private string BrowserName => prefix + "browser";

    public Handle? Session(HttpRequest request) => Handle.TryParse(HandleKind.Session, request.Cookies[SessionName]);

    /// <summary>What keys the forms of pages that are for who is signed in. Whoever signs in anew has other forms.</summary>
    public BrowserSecret? SessionSecret(HttpRequest request) => Session(request) is { } session ? new BrowserSecret(session.Secret) : null;

    public void SetSession(HttpResponse response, Handle handle, DateTimeOffset expiresAt) =>
        response.Cookies.Append(SessionName, handle.Encode(), Attributes(expiresAt));

    public void DeleteSession(HttpResponse response) => response.Cookies.Delete(SessionName, Attributes(null));

    public bool Any(HttpRequest request) => request.Cookies.Keys.Any(name => name.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>The secret by which a browser is known in which somebody has signed in before.</summary>
    public BrowserSecret? Browser(HttpRequest request) => BrowserSecret.TryParse(request.Cookies[BrowserName]);

    /// <summary>Lets the browser keep a secret, by which it is known again.</summary>
    public void KeepBrowser(HttpResponse response, BrowserSecret secret, DateTimeOffset now) =>
        response.Cookies.Append(BrowserName, secret.Encode(), Attributes(now + KnownFor));

    /// <summary>This browser's secret of an interaction; null where the interaction is another browser's.</summary>
    public BrowserSecret? Interaction(HttpContext http, RowId id) =>
        http.Items[id] as BrowserSecret ?? BrowserSecret.TryParse(http.Request.Cookies[prefix + id]);

    /// <summary>The interaction that this browser was given last.</summary>
    public RowId? LatestInteraction(HttpRequest request) => Interactions(request).LastOrDefault();

    /// <summary>Gives the browser a secret of its own for an interaction, beside those it has.</summary>
    public BrowserSecret BeginInteraction(HttpContext http, RowId id, DateTimeOffset expiresAt)
    {
        var secret = new BrowserSecret(Entropy.Bytes(BrowserSecret.Size));
        // Whoever asks within this request means the same.
        http.Items[id] = secret;
        http.Response.Cookies.Append(prefix + id, secret.Encode(), Attributes(expiresAt));
        // Browsers send the oldest first (RFC 6265 §5.4).
        foreach (var old in Interactions(http.Request).SkipLast(MaxInteractions - 1))
            http.Response.Cookies.Delete(prefix + old, Attributes(null));
        return secret;
    }

    private IEnumerable<RowId?> Interactions(HttpRequest request) =>
        request.Cookies.Keys
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Select(name => RowId.TryParse(name[prefix.Length..]))
            .Where(id => id is not null);

    private static string Tag(string issuer) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(issuer)).AsSpan(0, 4));

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

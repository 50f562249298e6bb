namespace Postern.Protocol;

/// <summary>
/// A registered redirect URI. Comparison is of bytes, without any normalisation (RFC 9700 §2.1); the one exception is
/// the port on the loopback interface, which native apps cannot know beforehand (RFC 8252 §7.3), by its addresses or by the name
/// localhost, for which libraries ask though §8.3 would rather they did not.
/// </summary>
public sealed record RedirectUri
{
    /// <summary>Longest redirect URI, in characters.</summary>
    public const int MaxLength = 2048;

    private static readonly string[] LoopbackPrefixes = ["http://127.0.0.1", "http://[::1]", "http://localhost"];

    // A registered query parameter of one of these names, even without a value, would shadow ours at the client. Case
    // does not tell them apart, for many web frameworks ignore it.
    private static readonly string[] ResponseParameters = ["code", "state", "iss", "error", "error_description", "error_uri"];

    private RedirectUri(string value) => Value = value;

    /// <summary>As registered.</summary>
    public string Value { get; }

    /// <summary>Whether its scheme is a private one without the dot of a name that somebody owns, so any app may use it (RFC 8252 §7.1).</summary>
    public bool HasUnownedScheme => new Uri(Value) is var uri && !IsWeb(uri) && !uri.Scheme.Contains('.', StringComparison.Ordinal);

    /// <summary>
    /// Accepts https, http on a loopback host, and private-use schemes (RFC 8252 §7.1). Refuses fragments,
    /// user information, control characters, white space, and queries that could shadow the response (RFC 9700 §4.1.3).
    /// </summary>
    public static Result<RedirectUri> Register(string text)
    {
        if (text.Length is 0 or > MaxLength || text.Any(c => c is <= ' ' or > '~' or '\\' or '"' or '<' or '>' or '`' or '{' or '}' or '|' or '^'))
            return Refuse("is empty, too long or has a character that no URI has");
        if (text.Contains('#', StringComparison.Ordinal))
            return Refuse("has a fragment");
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || !text.StartsWith(uri.Scheme + ":", StringComparison.Ordinal))
            return Refuse("is not an absolute URI with a lower-case scheme");
        if (!HasAllowedScheme(text, uri))
            return Refuse(
                "must be https, http on 127.0.0.1, [::1] or localhost, or a private-use scheme such as com.example.app:/callback"
            );
        if (!HasPlainAuthority(text, uri))
            return Refuse("has user information, a default port, or a host that is not in its one lower-case spelling");
        // The text's own query, for System.Uri has mended the escapes in its.
        var (beforeQuery, queryText) = text.Split('?', 2) is [var before, var after] ? (before, after) : (text, "");
        if (FormUrlEncoded.Decode(beforeQuery) is not { } decoded || !RequestParameters.Parse(queryText).Succeeds(out var query, out _))
            return Refuse("has an escape that is broken, not UTF-8 or a control character");
        if (decoded.Split('/').Any(segment => segment.Split(';')[0] is "." or ".."))
            return Refuse("has a dot segment, which browsers resolve to another path");
        if (query.Names.Intersect(ResponseParameters, StringComparer.OrdinalIgnoreCase).Any())
            return Refuse("has a query parameter that the authorization response uses");
        return new RedirectUri(text);
    }

    /// <summary>Whether the client may be answered at <paramref name="requested"/> (RFC 6749 §3.1.2.3).</summary>
    public bool Matches(string requested) =>
        string.Equals(Value, requested, StringComparison.Ordinal)
        || LoopbackPrefixes.Any(prefix => WithoutPort(Value, prefix) is { } registered && registered == WithoutPort(requested, prefix));

    public override string ToString() => Value;

    private static bool HasAllowedScheme(string text, Uri uri) =>
        uri.Scheme switch
        {
            "https" => uri.Host.Length > 0,
            "http" => uri.Host is "127.0.0.1" or "[::1]" or "localhost",
            _ when uri.Scheme.Contains('.', StringComparison.Ordinal) => true,
            // Without the slash it would be a text for somebody to run, show or dial.
            _ => !TakenSchemes.Has(uri.Scheme) && text.StartsWith(uri.Scheme + ":/", StringComparison.Ordinal),
        };

    private static bool IsWeb(Uri uri) => uri.Scheme is "https" or "http";

    // System.Uri forgives spellings of the authority that others read in their own way (an empty user, 127.1, a port left
    // blank), so only the spelling that it would write itself passes. A private-use scheme has no hosts there but words, and apps
    // spell them as they like.
    private static bool HasPlainAuthority(string text, Uri uri)
    {
        if (uri.Authority.Length == 0)
            return uri.UserInfo.Length == 0;
        var plain = $"{uri.Scheme}://{uri.Authority}";
        return text.StartsWith(plain, IsWeb(uri) ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase)
            && (text.Length == plain.Length || text[plain.Length] is '/' or '?');
    }

    // What follows the port, when the text is the prefix, perhaps a port of digits, and then a path, a query or nothing.
    private static string? WithoutPort(string text, string prefix)
    {
        if (!text.StartsWith(prefix, StringComparison.Ordinal))
            return null;
        var rest = text[prefix.Length..];
        if (rest.StartsWith(':'))
        {
            var digits = rest.AsSpan(1).IndexOfAnyExceptInRange('0', '9');
            var port = digits < 0 ? rest[1..] : rest.Substring(1, digits);
            // One spelling for one port: with zeros in front there would be any number.
            if (port.StartsWith('0') || !ushort.TryParse(port, System.Globalization.CultureInfo.InvariantCulture, out _))
                return null;
            rest = rest[(1 + port.Length)..];
        }
        return rest.Length == 0 || rest[0] is '/' or '?' ? rest : null;
    }

    private static OAuthError Refuse(string why) => OAuthError.InvalidRequest($"The redirect URI {why}.");
}

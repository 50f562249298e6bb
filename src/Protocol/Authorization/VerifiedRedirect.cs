using System.Diagnostics.CodeAnalysis;

namespace Postern.Protocol;

/// <summary>
/// A redirect URI that its client has registered: the only thing that can carry an answer to a client through the
/// browser. There is no other way to make one than <see cref="TryVerify"/>.
/// </summary>
public sealed class VerifiedRedirect
{
    private readonly string issuer;
    private readonly string? state;
    private readonly ResponseMode mode;

    private VerifiedRedirect(string uri, ResponseMode mode, string? state, string issuer) =>
        (Uri, this.mode, this.state, this.issuer) = (uri, mode, state, issuer);

    /// <summary>As requested, byte for byte.</summary>
    public string Uri { get; }

    /// <summary>What people are shown before they consent: host and port, or the scheme of a native app.</summary>
    /// <remarks>Whatever stands where a private-use scheme has its host is a name that the app gave itself, perhaps that of a bank.</remarks>
    public string DisplayHost => new System.Uri(Uri) is var uri && IsWeb(uri) ? uri.Authority : $"{uri.Scheme}:";

    /// <summary>
    /// The source under which a form's chain of redirects may go on to the client (CSP form-action). Just the scheme:
    /// browsers hold to it whatever comes after the redirect URI too, and many clients redirect on from there to
    /// another host of theirs. http stands for https as well (CSP 3, scheme-part matches).
    /// </summary>
    public string FormActionSource => $"{new System.Uri(Uri).Scheme}:";

    /// <summary>Whether it leads to an app on the person's own device, which anybody's app could be (RFC 8252 §8.6).</summary>
    public bool IsThisDevice => new System.Uri(Uri) is var uri && (!IsWeb(uri) || uri.IsLoopback);

    /// <summary>
    /// Matches the requested redirect URI with the registered ones (RFC 6749 §3.1.2.3). It may be left out where just
    /// one is registered, except in OpenID Connect (Core §3.1.2.1).
    /// </summary>
    public static bool TryVerify(
        Client client,
        RequestParameters parameters,
        string issuer,
        [NotNullWhen(true)] out VerifiedRedirect? redirect,
        [NotNullWhen(false)] out PageError? refusal
    )
    {
        redirect = null;
        refusal = Refuses(client, parameters);
        if (refusal is not null)
            return false;
        var mode = ResponseModes.TryParse(parameters[Parameters.ResponseMode]) ?? ResponseMode.Query;
        var uri = parameters[Parameters.RedirectUri] ?? client.RedirectUris[0].Value;
        redirect = new VerifiedRedirect(uri, mode, parameters[Parameters.State], issuer);
        return true;
    }

    /// <summary>The success response (RFC 6749 §4.1.2, RFC 9207 §2).</summary>
    public AuthorizationResponse Deliver(string code) => Deliver([(Parameters.Code, code)]);

    /// <summary>The error response (RFC 6749 §4.1.2.1, RFC 9207 §2).</summary>
    public AuthorizationResponse Deliver(OAuthError error) =>
        Deliver([(Parameters.Error, error.Code), (Parameters.ErrorDescription, error.Description)]);

    private AuthorizationResponse Deliver(List<(string, string)> parameters)
    {
        if (state is not null)
            parameters.Add((Parameters.State, state));
        parameters.Add((Parameters.Iss, issuer));
        return new AuthorizationResponse(Uri, mode, parameters) { FormActionSource = FormActionSource };
    }

    private static bool IsWeb(System.Uri uri) => uri.Scheme == System.Uri.UriSchemeHttps || uri.Scheme == System.Uri.UriSchemeHttp;

    private static PageError? Refuses(Client client, RequestParameters parameters)
    {
        if (parameters.Repeats(Parameters.RedirectUri))
            return new PageError("The app sent its return address more than once.", "redirect_uri is repeated");
        if (parameters[Parameters.RedirectUri] is not { } requested)
        {
            var openId = Scope.TryParse(parameters[Parameters.Scope])?.Contains(Scope.OpenId) ?? false;
            return client.RedirectUris.Count == 1 && !openId
                ? null
                : new PageError("The app did not say where to return to.", Advice.MissingRedirectUri(client));
        }
        return client.RedirectUris.Any(registered => registered.Matches(requested))
            ? null
            : new PageError("The app asked to return to an address that it has not registered.", Advice.RedirectUri(client, requested));
    }
}

/// <summary>What the browser carries to the client.</summary>
/// <param name="Uri">The verified redirect URI.</param>
/// <param name="Mode">Where in the answer the parameters are.</param>
/// <param name="Parameters">Names and values, not encoded.</param>
public sealed record AuthorizationResponse(string Uri, ResponseMode Mode, IReadOnlyList<(string Name, string Value)> Parameters)
{
    /// <summary>See <see cref="VerifiedRedirect.FormActionSource"/>.</summary>
    public required string FormActionSource { get; init; }

    /// <summary>
    /// The redirect URI with the parameters added to its query, whatever query it has (RFC 6749 §3.1.2), or as its fragment, for
    /// none is registered with one.
    /// </summary>
    public string Location => $"{Uri}{Separator}{FormUrlEncoded.Encode(Parameters)}";

    private char Separator =>
        Mode == ResponseMode.Fragment ? '#'
        : Uri.Contains('?', StringComparison.Ordinal) ? '&'
        : '?';

    /// <summary>Holds a code, so it says nothing.</summary>
    public override string ToString() => nameof(AuthorizationResponse);
}

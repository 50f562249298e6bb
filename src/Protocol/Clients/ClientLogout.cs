using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Postern.Protocol;

/// <summary>What a client is told, and what of it ends, when people sign out. Names follow the logout specifications' client metadata.</summary>
public sealed record ClientLogout
{
    public static readonly ClientLogout None = new();

    private const int MaxPostLogoutRedirectUris = 50;

    /// <summary>Where people may return to after signing out (RP-Initiated Logout §3.1); compared as redirect URIs are.</summary>
    public IReadOnlyList<RedirectUri> PostLogoutRedirectUris { get; init; } = [];

    /// <summary>Is posted a logout token, which always has a <c>sid</c> (Back-Channel Logout §2.2).</summary>
    public string? BackchannelLogoutUri { get; init; }

    /// <summary>Is loaded in a frame of the signed-out page, always with <c>iss</c> and <c>sid</c> (Front-Channel Logout §2).</summary>
    public string? FrontchannelLogoutUri { get; init; }

    /// <summary>
    /// Whether the client's grants end when the session signs out in which they were given; null: those without
    /// <c>offline_access</c>, which is what that scope is for (OpenID Connect Core §11). None ends because its session has expired.
    /// </summary>
    public bool? EndsGrants { get; init; }

    /// <summary>Whether the client has to be remembered as one that the session was used for.</summary>
    public bool IsTold => BackchannelLogoutUri is not null || FrontchannelLogoutUri is not null;

    /// <summary>Whether the grant ends when its session signs out.</summary>
    public bool Ends(Grant grant) => EndsGrants ?? !grant.Scope.Contains(Scope.OfflineAccess);

    /// <summary>The <c>sid</c> by which one client knows a session: no two clients can tell by it that theirs is the same.</summary>
    /// <param name="session">See <see cref="Session.Root"/>.</param>
    /// <param name="clientId">The client.</param>
    public static string SessionIdFor(RowId session, string clientId) =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes($"sid {session} {clientId}")).AsSpan(0, 16));

    /// <summary>Every problem with it, in sentences for the operator.</summary>
    public static IEnumerable<string> Problems(Client client)
    {
        var logout = client.Logout;
        var needsPeople = logout.IsTold || logout.PostLogoutRedirectUris.Count > 0;
        if (needsPeople && !client.MayUse(GrantTypes.AuthorizationCode))
            yield return "Only a client that people sign in to, by authorization_code, has addresses for signing out.";
        if (logout.PostLogoutRedirectUris.Count > MaxPostLogoutRedirectUris)
            yield return $"A client may have at most {MaxPostLogoutRedirectUris} post-logout redirect URIs.";
        // A column of the table holds 32 K characters.
        if (logout.PostLogoutRedirectUris.Sum(uri => uri.Value.Length + 1) > 30_000)
            yield return "The post-logout redirect URIs together may have at most 30000 characters.";
        if (logout.BackchannelLogoutUri is { } backchannel && FetchedUri.ProblemWith(backchannel) is { } unusable)
            yield return $"The back-channel logout URI {unusable}.";
        if (logout.FrontchannelLogoutUri is { } frontchannel && ProblemWithFrame(frontchannel, client) is { } problem)
            yield return $"The front-channel logout URI {problem}.";
    }

    // Front-Channel Logout §2. What stands in a frame and in a header is held to the spelling of redirect URIs.
    private static string? ProblemWithFrame(string text, Client client)
    {
        if (!RedirectUri.Register(text).Succeeds(out _, out _) || new Uri(text) is not { Scheme: "https" or "http" } uri)
            return "must be https (http only on localhost), without a fragment, in the spelling that a redirect URI must have";
        return client.RedirectUris.Any(redirect => OriginOf(new Uri(redirect.Value)) == OriginOf(uri))
            ? null
            : "must have scheme, host and port of one of the client's redirect URIs (Front-Channel Logout 1.0 §2)";
    }

    private static string OriginOf(Uri uri) => uri.GetLeftPart(UriPartial.Authority);
}

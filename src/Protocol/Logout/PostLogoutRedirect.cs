using System.Diagnostics.CodeAnalysis;

namespace Postern.Protocol;

/// <summary>
/// Where a person may be sent after signing out: an address that its client has registered. There is no other way to make one than
/// <see cref="TryVerify"/>, so that no error can become a redirect (RP-Initiated Logout §3, §4).
/// </summary>
public sealed class PostLogoutRedirect
{
    /// <summary>What a person reads whose request was refused.</summary>
    public const string NothingDone = "You are still signed in.";

    private PostLogoutRedirect(string uri, string? state) => (Uri, State) = (uri, state);

    /// <summary>As requested, byte for byte.</summary>
    public string Uri { get; }

    public string? State { get; }

    /// <summary>With the client's <c>state</c>, and nothing else.</summary>
    public string Location => State is null ? Uri : $"{Uri}{Separator}{FormUrlEncoded.Encode([(Parameters.State, State)])}";

    /// <summary>See <see cref="VerifiedRedirect.FormActionSource"/>.</summary>
    public string FormActionSource => $"{new System.Uri(Uri).Scheme}:";

    private char Separator => Uri.Contains('?', StringComparison.Ordinal) ? '&' : '?';

    /// <summary>Null, with no refusal, where none is asked for.</summary>
    public static bool TryVerify(
        Client? client,
        RequestParameters parameters,
        out PostLogoutRedirect? redirect,
        [NotNullWhen(false)] out PageError? refusal
    )
    {
        (redirect, refusal) = (null, null);
        if (parameters[Parameters.PostLogoutRedirectUri] is not { } requested)
            return true;
        if (client is null)
            refusal = Refused("The app did not say which app it is.", "post_logout_redirect_uri came with neither id_token_hint nor client_id");
        else if (!client.Logout.PostLogoutRedirectUris.Any(registered => registered.Matches(requested)))
            refusal = Refused(
                "The app asked to return to an address that it has not registered.",
                Advice.PostLogoutRedirectUri(client, requested)
            );
        else
            redirect = new PostLogoutRedirect(requested, parameters[Parameters.State]);
        return refusal is null;
    }

    private static PageError Refused(string message, string reason) => new($"{message} {NothingDone}", reason);
}

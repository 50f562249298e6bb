using Postern.Protocol;
using Postern.Signing;
using Postern.Storage;

namespace Postern.Server;

/// <summary>An app's request to sign a person out, checked (RP-Initiated Logout §2).</summary>
/// <param name="Client">Whose it is; null where it does not say.</param>
/// <param name="Redirect">Where to go after it; null: nowhere.</param>
/// <param name="Hint">The ID token that came with it; null: none, or one that nobody can verify any more.</param>
internal sealed record LogoutRequest(Client? Client, PostLogoutRedirect? Redirect, IdTokenHint? Hint);

/// <summary>
/// Checks requests to sign out. Whatever is wrong is a page, never a redirect (§4). <c>logout_hint</c> and <c>ui_locales</c> change
/// nothing: whom a session is of is known here, and where it has to be asked the page names them.
/// </summary>
internal sealed class LogoutRequests(ClientStore clients, ISigner signer, ServerOptions options)
{
    /// <returns>One of the two.</returns>
    public async Task<(LogoutRequest? Request, PageError? Refusal)> VerifyAsync(RequestParameters parameters, CancellationToken cancellation)
    {
        if (parameters.Refuses() is { } malformed)
            return Refused("The app sent a request that cannot be read.", malformed.Reason);
        var (hint, isForged) = await HintAsync(parameters[Parameters.IdTokenHint], cancellation);
        if (isForged)
            return Refused("The app sent a proof that is not one.", "id_token_hint is not an ID token of this server");
        var clientId = parameters[Parameters.ClientId] ?? hint?.ClientId;
        if (hint is not null && hint.ClientId != clientId)
            return Refused("The app sent a proof that is another app's.", $"id_token_hint is {hint.ClientId}'s and client_id {Shown.Text(clientId)}");
        var client = clientId is null ? null : await clients.FindAsync(clientId, cancellation);
        if (clientId is not null && client is null)
            return Refused("The app is not registered here.", Advice.UnknownClient(clientId));
        return PostLogoutRedirect.TryVerify(client, parameters, out var redirect, out var refusal)
            ? (new LogoutRequest(client, redirect, hint), null)
            : (null, refusal);
    }

    // A session outlives the keys of its ID tokens, which then prove nothing, and are no forgeries either: the person is asked.
    private async Task<(IdTokenHint? Hint, bool IsForged)> HintAsync(string? text, CancellationToken cancellation)
    {
        if (text is null)
            return (null, false);
        var keys = await signer.PublishedKeysAsync(cancellation);
        var hint = IdTokenHint.TryRead(text, keys, options.Issuer);
        return (hint, hint is null && !Jws.NamesOtherKey(keys, text));
    }

    private static (LogoutRequest?, PageError?) Refused(string message, string reason) =>
        (null, new PageError($"{message} {PostLogoutRedirect.NothingDone}", reason));
}

using Postern.Protocol;
using Postern.Signing;
using Postern.Storage;

namespace Postern.Server;

/// <summary>What became of an incoming authorization request, and with it where an answer may go.</summary>
internal abstract record Verified
{
    /// <summary>Nothing is known to be good: a page, never a redirect.</summary>
    public sealed record Unanswerable(PageError Error) : Verified;

    /// <summary>The client can be told what is wrong.</summary>
    public sealed record Refused(Client Client, VerifiedRedirect Redirect, OAuthError Error) : Verified;

    /// <summary>The request stands; a verified id_token_hint may name who has to be signed in.</summary>
    public sealed record Accepted(AuthorizationRequest Request, string? HintedSubject) : Verified
    {
        /// <summary>The same where the hint was read before and is not kept.</summary>
        public Accepted HintedBefore(string? subject) => this with { HintedSubject = HintedSubject ?? subject };
    }
}

/// <summary>Checks authorization requests in the order of RFC 6749 §4.1.2.1: client, redirect URI, and only then the rest.</summary>
internal sealed class AuthorizationRequests(ClientStore clients, Resources resources, ISigner signer, ServerOptions options)
{
    public async Task<Verified> VerifyAsync(RequestParameters parameters, CancellationToken cancellation)
    {
        if (parameters[Parameters.ClientId] is not { } clientId)
            return Unanswerable("The app did not say which app it is.", "client_id is missing, repeated or unreadable");
        var client = await clients.FindAsync(clientId, cancellation);
        if (client is null or { RedirectUris.Count: 0 })
            // One page for both, so that clients of machines cannot be found out.
            return Unanswerable("The app is not registered here.", client is null ? Advice.UnknownClient(clientId) : Advice.NoRedirectUris(client));
        if (!VerifiedRedirect.TryVerify(client, parameters, options.Issuer, out var redirect, out var unverified))
            return new Verified.Unanswerable(unverified);
        try
        {
            var known = await resources.FindAsync(parameters, client, cancellation);
            if (!AuthorizationRequest.Parse(parameters, client, redirect, known).Succeeds(out var request, out var refusal))
                return new Verified.Refused(client, redirect, refusal);
            if (request.IdTokenHint is not { } hint)
                return new Verified.Accepted(request, null);
            return Hinted(request, hint, await signer.PublishedKeysAsync(cancellation));
        }
        // A page would be a dead end: from here on it is the client that is told (RFC 6749 §4.1.2.1).
        catch (Exception surprise) when (!cancellation.IsCancellationRequested && ErrorBoundary.Map(surprise) is { Status: 503 } outage)
        {
            return new Verified.Refused(client, redirect, outage);
        }
    }

    // OpenID Connect Core §3.1.2.1: a hint only ever narrows who may be signed in.
    private Verified Hinted(AuthorizationRequest request, string hint, IReadOnlyList<Jwk> keys)
    {
        var (client, redirect) = (request.Client, request.Redirect);
        if (IdToken.SubjectOfHint(hint, keys, options.Issuer, client.ClientId) is { } subject)
            return new Verified.Accepted(request, subject);
        // A session outlives the keys of its first ID tokens, which then say nothing any more.
        if (Jws.NamesOtherKey(keys, hint))
            return request.Prompt.HasFlag(Prompt.None)
                ? new Verified.Refused(client, redirect, OAuthError.LoginRequired("the id_token_hint is of a key of before"))
                : new Verified.Accepted(request, null);
        var error = OAuthError.InvalidRequest("The id_token_hint is not an ID token of this server for this client.");
        return new Verified.Refused(client, redirect, error);
    }

    private static Verified.Unanswerable Unanswerable(string message, string reason) => new(new PageError(message, reason));
}

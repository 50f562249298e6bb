using Postern.Protocol;

namespace Postern.Server;

/// <summary>Gives one token for another (RFC 8693), as the client's policy has it. Two reads for a person's token.</summary>
internal sealed class TokenExchangeGrant(PresentedTokens tokens) : IGrant
{
    public string GrantType => GrantTypes.TokenExchange;

    public async Task<Result<Authorization>> AuthorizeAsync(ClientRequest request, CancellationToken cancellation)
    {
        if (!ExchangeRequest.Parse(request.Parameters).Succeeds(out var exchange, out var refusal))
            return refusal;
        // RFC 8693 §2.2.2: what is invalid here is the request, whichever of its tokens it is for.
        if (await tokens.FindAsync(exchange.Subject, cancellation) is not { } subject)
            return OAuthError.InvalidRequest("The subject_token is not of the type it is said to be, or it is expired or revoked.");
        var actor = exchange.Actor is null ? null : await tokens.FindAsync(exchange.Actor, cancellation);
        if (exchange.Actor is not null && actor is null)
            return OAuthError.InvalidRequest("The actor_token is not of the type it is said to be, or it is expired or revoked.");
        return Exchange.Decide(exchange, request.Client, subject.Token, actor?.Token).Succeeds(out var decided, out refusal)
            ? Authorization.Of(decided, subject)
            : refusal;
    }
}

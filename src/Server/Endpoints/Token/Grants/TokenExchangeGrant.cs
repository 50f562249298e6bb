using Postern.Protocol;

namespace Postern.Server;

/// <summary>Gives one token for another (RFC 8693), as the client's policy has it. Two reads for a person's token.</summary>
internal sealed class TokenExchangeGrant(PresentedTokens tokens, ServerOptions options) : IGrant
{
    public string GrantType => GrantTypes.TokenExchange;

    public async Task<Result<Authorization>> AuthorizeAsync(ClientRequest request, CancellationToken cancellation)
    {
        if (!ExchangeRequest.Parse(request.Parameters).Succeeds(out var exchange, out var refusal))
            return refusal;
        // RFC 8693 §2.2.2: what is invalid here is the request, whichever of its tokens it is for.
        if (!(await tokens.FindAsync(exchange.Subject, request.Client, cancellation)).Succeeds(out var subject, out refusal))
            return refusal.Telling("it is the subject_token.");
        PresentedToken? actor = null;
        if (exchange.Actor is { } named && !(await tokens.FindAsync(named, request.Client, cancellation)).Succeeds(out actor, out refusal))
            return refusal.Telling("it is the actor_token.");
        if (!Exchange.Decide(exchange, request.Client, subject.Token, actor?.Token, options.Issuer).Succeeds(out var decided, out refusal))
            return refusal;
        return Authorization.Of(decided, ForeignToken.SubjectOf(subject.Token, options.Issuer), subject.Grant) with
        {
            ConsumeAsync = () => ConsumeAsync(subject, actor),
        };
    }

    // A token of another issuer may count once.
    private static async Task<Result<Consumed>> ConsumeAsync(PresentedToken subject, PresentedToken? actor) =>
        await subject.TryUseAsync() && (actor is null || await actor.TryUseAsync())
            ? new Consumed(null)
            : OAuthError.InvalidRequest("The token was presented before, and counts once.");
}

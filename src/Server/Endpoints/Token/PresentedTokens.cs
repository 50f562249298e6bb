using Postern.Protocol;

namespace Postern.Server;

/// <summary>A token that counts, presented to be exchanged.</summary>
/// <param name="Token">In the shape of an access token of ours.</param>
/// <param name="Grant">Under which it was issued; null: under none of ours.</param>
/// <param name="TryUseAsync">Uses it up, where it counts once: true for exactly one of all who present it.</param>
internal sealed record PresentedToken(AccessToken Token, Grant? Grant, Func<Task<bool>> TryUseAsync);

/// <summary>
/// Tokens that are presented to be exchanged, by what they are said to be: ours, or of an issuer whose tokens the client may exchange.
/// Nothing that does not count gets any further.
/// </summary>
internal sealed class PresentedTokens(LiveTokens tokens, Assertions assertions, ServerOptions options)
{
    private const string Useless = "A token is not of the type it is said to be, or it is expired or revoked.";

    public async Task<Result<PresentedToken>> FindAsync(TypedToken token, Client client, CancellationToken cancellation)
    {
        // Access tokens and ID tokens are ours; a JWT may be anybody's (RFC 8693 §3).
        if (token.Type == TokenTypes.Jwt && Assertion.TryRead(token.Text) is { Issuer: { } issuer } foreign && issuer != options.Issuer)
            return await FindForeignAsync(foreign, issuer, client, cancellation);
        return await FindOwnAsync(token, cancellation) is { } live
            ? new PresentedToken(live.Token, live.Grant, () => Task.FromResult(true))
            : OAuthError.InvalidRequest(Useless);
    }

    private async Task<LiveToken?> FindOwnAsync(TypedToken token, CancellationToken cancellation) =>
        token.Type switch
        {
            TokenTypes.AccessToken => await tokens.FindAsync(token.Text, options.Issuer, cancellation),
            TokenTypes.IdToken => await tokens.FindIdTokenAsync(token.Text, cancellation),
            // Either is a JWT (RFC 8693 §3), and the header says which.
            _ => await tokens.FindAsync(token.Text, options.Issuer, cancellation) ?? await tokens.FindIdTokenAsync(token.Text, cancellation),
        };

    private async Task<Result<PresentedToken>> FindForeignAsync(Assertion assertion, string name, Client client, CancellationToken cancellation)
    {
        // Only issuers that the client may exchange tokens of are looked up: a stranger's iss costs nothing.
        if (client.Exchange?.From.Contains(name) != true)
            return Refuse(client, $"its iss is {Shown.Text(name)}, which --exchange-from does not name");
        if (await assertions.FindIssuerAsync(name, cancellation) is not { } issuer)
            return Refuse(client, $"its issuer is not trusted; postern issuer add {name}");
        var verdict = await assertions.VerifyAsync(assertion, issuer, null, Jws.AccessTokenType, cancellation);
        if (verdict.Assertion is not { } verified)
            return Refuse(client, verdict.Problem!);
        if (ForeignToken.TryRead(verified, issuer, client, options.Issuer, out var problem) is not { } token)
            return Refuse(client, problem!);
        return new PresentedToken(token, null, () => UseAsync(verified, issuer));
    }

    private async Task<bool> UseAsync(VerifiedAssertion assertion, TrustedIssuer issuer) =>
        !issuer.SingleUse || await assertions.TryUseAsync(assertion, CancellationToken.None);

    private static OAuthError Refuse(Client client, string problem) =>
        OAuthError.InvalidRequest(Useless).Because($"client {client.ClientId} brought a token of another issuer: {problem}");
}

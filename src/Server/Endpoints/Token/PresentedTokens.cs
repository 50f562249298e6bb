using Postern.Protocol;

namespace Postern.Server;

/// <summary>Tokens that are presented to be exchanged, by what they are said to be. Nothing that does not count gets any further.</summary>
internal sealed class PresentedTokens(LiveTokens tokens, ServerOptions options)
{
    /// <summary>Null: it is not of that type, or does not count.</summary>
    public async Task<LiveToken?> FindAsync(TypedToken token, CancellationToken cancellation) =>
        token.Type switch
        {
            TokenTypes.AccessToken => await tokens.FindAsync(token.Text, options.Issuer, cancellation),
            TokenTypes.IdToken => await tokens.FindIdTokenAsync(token.Text, cancellation),
            // Either is a JWT (RFC 8693 §3), and the header says which.
            _ => await tokens.FindAsync(token.Text, options.Issuer, cancellation) ?? await tokens.FindIdTokenAsync(token.Text, cancellation),
        };
}

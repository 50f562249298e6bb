using System.Buffers.Text;
using Postern.Protocol;
using Postern.Signing;

namespace Postern.Server;

/// <summary>Turns an authorization into signed tokens. The refresh token is added when the credential is consumed.</summary>
internal sealed class TokenIssuer(ISigner signer, ServerOptions options, TimeProvider time)
{
    public async Task<TokenResponse> IssueAsync(AuthenticatedClient authenticated, Authorization authorization, CancellationToken cancellation)
    {
        var client = authenticated.Client;
        var now = time.GetUtcNow();
        var resource = authorization.Resource;
        var end = authorization.NotAfter ?? authorization.Grant?.ExpiresAt;
        var lifetime = Within(end, now, resource?.AccessTokenLifetime ?? options.Lifetimes.For(client).AccessToken);
        var claims = AccessTokenFor(client, authorization, now, lifetime).ToClaims();
        var accessToken = await signer.SignAsync(resource?.SigningAlgorithm ?? client.SigningAlgorithm, Jws.AccessTokenType, claims, cancellation);
        return new TokenResponse
        {
            AccessToken = accessToken,
            ExpiresIn = lifetime,
            Scope = authorization.TokenScope,
            IssuedTokenType = authorization.Exchange?.IssuedTokenType,
            IdToken = await IdTokenAsync(client, authorization, accessToken, now, cancellation),
        };
    }

    // A token must not outlive the row that says whether it still counts, nor what it was exchanged for. A second is left of it: it
    // was looked at before.
    private static TimeSpan Within(DateTimeOffset? end, DateTimeOffset now, TimeSpan lifetime)
    {
        var left = end - now ?? lifetime;
        return TimeSpan.FromSeconds(Math.Max(1, Math.Floor(Math.Min(left.TotalSeconds, lifetime.TotalSeconds))));
    }

    private AccessToken AccessTokenFor(Client client, Authorization authorization, DateTimeOffset now, TimeSpan lifetime)
    {
        var exchange = authorization.Exchange;
        return new AccessToken
        {
            Issuer = options.Issuer,
            Subject = authorization.Subject,
            ClientId = client.ClientId,
            Audience = AudienceOf(client, authorization),
            Scope = authorization.TokenScope,
            IssuedAt = now,
            ExpiresAt = now + lifetime,
            Id = IdFor(client, authorization).With(Unique()),
            AuthTime = authorization.Grant?.AuthTime,
            Amr = authorization.Grant?.Amr ?? [],
            Act = exchange?.Act,
            MayAct = exchange?.Subject.MayAct,
            Exchanged = exchange?.Subject.Chain ?? [],
        };
    }

    private TokenId IdFor(Client client, Authorization authorization)
    {
        if (authorization.Exchange is not { } exchange)
            return new TokenId(authorization.Grant?.Id.ToString() ?? client.Registration, authorization.RefreshGeneration, null);
        // What another issuer calls its token is no grant of ours.
        var origin = exchange.Subject.Issuer == options.Issuer ? exchange.Subject.Origin : client.Registration;
        return new TokenId(origin, null, client.Registration, exchange.IssuedTokenType is null);
    }

    private static string Unique() => Base64Url.EncodeToString(Entropy.Bytes(16));

    // Without a resource, a token with openid is for the userinfo endpoint too, which is the issuer's (RFC 9068 §3).
    private string[] AudienceOf(Client client, Authorization authorization)
    {
        if (authorization.Resource is { } resource)
            return [resource.Identifier];
        var audience = options.AudienceFor(client);
        return authorization.Scope.Contains(Scope.OpenId) && audience != options.Issuer ? [audience, options.Issuer] : [audience];
    }

    private async Task<string?> IdTokenAsync(
        Client client,
        Authorization authorization,
        string accessToken,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        // What was exchanged is for an API, and not for whoever signs people in.
        if (authorization.Grant is not { } grant || authorization.Exchange is not null || !authorization.Scope.Contains(Scope.OpenId))
            return null;
        var idToken = new IdToken
        {
            Issuer = options.Issuer,
            Subject = authorization.Subject,
            Audience = client.ClientId,
            IssuedAt = now,
            ExpiresAt = now + Within(grant.ExpiresAt, now, options.Lifetimes.IdToken),
            AuthTime = grant.AuthTime,
            Amr = grant.Amr,
            Nonce = authorization.Nonce,
            Id = new TokenId(grant.Id.ToString(), null, null).With(Unique()),
            SessionId = grant.SessionId is { } session ? ClientLogout.SessionIdFor(session, client.ClientId) : null,
            AccessToken = accessToken,
            UserClaims = authorization.IdTokenClaims,
        };
        return await signer.SignAsync(client.SigningAlgorithm, Jws.IdTokenType, idToken.ToClaims(), cancellation);
    }
}

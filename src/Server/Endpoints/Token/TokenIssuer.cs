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
        var lifetime = Within(authorization.Grant?.ExpiresAt ?? authorization.NotAfter, now, options.Lifetimes.For(client).AccessToken);
        var claims = AccessTokenFor(client, authorization, now, lifetime).ToClaims();
        var accessToken = await signer.SignAsync(client.SigningAlgorithm, Jws.AccessTokenType, claims, cancellation);
        return new TokenResponse
        {
            AccessToken = accessToken,
            ExpiresIn = lifetime,
            Scope = authorization.Scope,
            IdToken = await IdTokenAsync(client, authorization, accessToken, now, cancellation),
        };
    }

    // A token must not outlive the row that says whether it still counts. A second is left of it: it was looked at before.
    private static TimeSpan Within(DateTimeOffset? end, DateTimeOffset now, TimeSpan lifetime)
    {
        var left = end - now ?? lifetime;
        return TimeSpan.FromSeconds(Math.Max(1, Math.Floor(Math.Min(left.TotalSeconds, lifetime.TotalSeconds))));
    }

    private AccessToken AccessTokenFor(Client client, Authorization authorization, DateTimeOffset now, TimeSpan lifetime)
    {
        var audience = client.Audience ?? options.Audience;
        var unique = Base64Url.EncodeToString(Entropy.Bytes(16));
        return new AccessToken
        {
            Issuer = options.Issuer,
            Subject = authorization.Subject,
            ClientId = client.ClientId,
            // A token with openid is for the userinfo endpoint too, which is the issuer's (RFC 9068 §3).
            Audience = authorization.Scope.Contains(Scope.OpenId) && audience != options.Issuer ? [audience, options.Issuer] : [audience],
            Scope = authorization.Scope,
            IssuedAt = now,
            ExpiresAt = now + lifetime,
            Id = AccessToken.IdOf(authorization.Grant?.Id.ToString() ?? client.Registration, authorization.RefreshGeneration, unique),
            AuthTime = authorization.Grant?.AuthTime,
            Amr = authorization.Grant?.Amr ?? [],
        };
    }

    private async Task<string?> IdTokenAsync(
        Client client,
        Authorization authorization,
        string accessToken,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        if (authorization.Grant is not { } grant || !authorization.Scope.Contains(Scope.OpenId))
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
            AccessToken = accessToken,
            UserClaims = authorization.IdTokenClaims,
        };
        return await signer.SignAsync(client.SigningAlgorithm, Jws.IdTokenType, idToken.ToClaims(), cancellation);
    }
}

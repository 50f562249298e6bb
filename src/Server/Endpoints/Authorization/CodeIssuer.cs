using Postern.Protocol;
using Postern.Storage;

namespace Postern.Server;

/// <summary>Writes the grant and hands out its code: one write.</summary>
internal sealed class CodeIssuer(GrantStore grants, ServerOptions options, TimeProvider time)
{
    public async Task<Handle> IssueAsync(AuthorizationRequest request, Session session, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var lifetimes = options.Lifetimes.For(request.Client);
        // The row outlives every token issued under it, for each of them asks it whether it still counts.
        var expiresAt = now + lifetimes.Code + lifetimes.AccessToken;
        if (request.Client.MayUse(GrantTypes.RefreshToken))
            expiresAt = now + lifetimes.RefreshTokenMax;
        var code = Entropy.Handle(HandleKind.AuthorizationCode, Entropy.RowId(expiresAt));
        var grant = new Grant
        {
            Id = code.Row,
            ClientId = request.Client.ClientId,
            Subject = session.Subject,
            Scope = request.Scope,
            RedirectUri = request.Redirect.Uri,
            RedirectUriWasSent = request.RedirectUriWasSent,
            CodeChallenge = request.CodeChallenge,
            Nonce = request.Nonce,
            ClaimsParameter = request.ClaimsParameter,
            SessionId = session.Id,
            AuthTime = session.AuthTime,
            Amr = session.Amr,
            CodeHash = code.SecretHash,
            GrantedAt = now,
            CodeExpiresAt = now + lifetimes.Code,
            ExpiresAt = expiresAt,
        };
        await grants.InsertAsync(grant, cancellation);
        return code;
    }
}

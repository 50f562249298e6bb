using Postern.Protocol;
using Postern.Storage;

namespace Postern.Server;

/// <summary>Writes the grant and hands out its code: one write.</summary>
internal sealed class CodeIssuer(GrantStore grants, ServerOptions options, TimeProvider time)
{
    /// <param name="request">What was asked for.</param>
    /// <param name="signedIn">Who answers it. What is taken back since that was read is taken back from this grant too.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<Handle> IssueAsync(AuthorizationRequest request, SignedIn signedIn, CancellationToken cancellation)
    {
        var (session, now) = (signedIn.Session, time.GetUtcNow());
        var lifetimes = options.Lifetimes.For(request.Client);
        // The row outlives every token issued under it, for each of them asks it whether it still counts.
        var longest = request.Resources.LongestLifetime is { } resources && resources > lifetimes.AccessToken ? resources : lifetimes.AccessToken;
        var expiresAt = now + lifetimes.Code + longest;
        if (request.Client.MayUse(GrantTypes.RefreshToken))
            expiresAt = now + lifetimes.RefreshTokenMax;
        var code = Entropy.Handle(HandleKind.AuthorizationCode, Entropy.RowId(expiresAt));
        var grant = new Grant
        {
            Id = code.Row,
            ClientId = request.Client.ClientId,
            Registration = request.Client.Registration,
            Subject = session.Subject,
            Scope = request.Scope,
            Resources = [.. request.Resources.Identifiers],
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
            Stamp = signedIn.Account.Stamp,
            CodeExpiresAt = now + lifetimes.Code,
            ExpiresAt = expiresAt,
        };
        await grants.InsertAsync(grant, cancellation);
        return code;
    }
}

using Postern.Protocol;
using Postern.Storage;

namespace Postern.Server;

/// <summary>
/// Writes the grant that a person has made, for which the client holds a code or what it polls with: one write, and one beside it for a
/// client that is told of the session's end.
/// </summary>
internal sealed class CodeIssuer(GrantStore grants, ParticipantStore participants, ServerOptions options, TimeProvider time)
{
    /// <param name="request">What was asked for.</param>
    /// <param name="signedIn">Who answers it. What is taken back since that was read is taken back from this grant too.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The code.</returns>
    public async Task<Handle> IssueAsync(AuthorizationRequest request, SignedIn signedIn, CancellationToken cancellation)
    {
        var expiresAt = time.GetUtcNow() + options.Lifetimes.For(request.Client).Code;
        var granted = Granted(request.Client, request.Scope, signedIn, expiresAt, request.Resources.LongestLifetime);
        var code = Entropy.Handle(HandleKind.AuthorizationCode, granted.Id);
        var grant = granted with
        {
            CodeHash = code.SecretHash,
            Resources = [.. request.Resources.Identifiers],
            RedirectUri = request.Redirect.Uri,
            RedirectUriWasSent = request.RedirectUriWasSent,
            CodeChallenge = request.CodeChallenge,
            Nonce = request.Nonce,
            ClaimsParameter = request.ClaimsParameter,
            SessionId = signedIn.Session.Root,
        };
        await Task.WhenAll(grants.InsertAsync(grant, cancellation), ParticipateAsync(request.Client, signedIn.Session, cancellation));
        return code;
    }

    /// <param name="pending">What was asked for. The client has its credential already.</param>
    /// <param name="client">Who asked.</param>
    /// <param name="signedIn">Who answers it.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The grant.</returns>
    public async Task<RowId> IssueAsync(PendingAuthorization pending, Client client, SignedIn signedIn, CancellationToken cancellation)
    {
        var grant = Granted(client, pending.Scope, signedIn, pending.ExpiresAt, null) with { CodeHash = pending.SecretHash };
        await grants.InsertAsync(grant, cancellation);
        return grant.Id;
    }

    private Grant Granted(Client client, Scope scope, SignedIn signedIn, DateTimeOffset codeExpiresAt, TimeSpan? ofResources)
    {
        var (session, now) = (signedIn.Session, time.GetUtcNow());
        var lifetimes = options.Lifetimes.For(client);
        // The row outlives every token issued under it, for each of them asks it whether it still counts.
        var longest = ofResources > lifetimes.AccessToken ? ofResources.Value : lifetimes.AccessToken;
        var expiresAt = client.MayUse(GrantTypes.RefreshToken) ? now + lifetimes.RefreshTokenMax : codeExpiresAt + longest;
        return new Grant
        {
            Id = Entropy.RowId(expiresAt),
            ClientId = client.ClientId,
            Registration = client.Registration,
            Subject = session.Subject,
            Scope = scope,
            RedirectUri = null,
            RedirectUriWasSent = false,
            CodeChallenge = null,
            Nonce = null,
            ClaimsParameter = null,
            // Whoever signs out in the browser where they allowed it does not mean the device.
            SessionId = null,
            AuthTime = session.AuthTime,
            Amr = session.Amr,
            CodeHash = [],
            GrantedAt = now,
            Stamp = signedIn.Account.Stamp,
            CodeExpiresAt = codeExpiresAt,
            ExpiresAt = expiresAt,
        };
    }

    private Task ParticipateAsync(Client client, Session session, CancellationToken cancellation) =>
        client.Logout.IsTold
            ? participants.RecordAsync(session.Root, new Participant(client.ClientId, client.Registration), cancellation)
            : Task.CompletedTask;
}

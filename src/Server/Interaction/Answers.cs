using Postern.Protocol;
using Postern.Storage;

namespace Postern.Server;

/// <summary>What waits for an answer, and whose request it is.</summary>
internal sealed record PendingRequest(PendingAuthorization Pending, Client Client);

/// <summary>What a person says to a pending authorization: the first answer counts. To allow it writes the grant, which the client redeems.</summary>
internal sealed class Answers(PendingAuthorizationStore authorizations, CodeIssuer codes, UserStore users, TimeProvider time)
{
    /// <summary>False: it was answered before, or too late.</summary>
    /// <param name="asked">What was shown.</param>
    /// <param name="client">Who asks.</param>
    /// <param name="signedIn">Who answers.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<bool> TryAllowAsync(PendingAuthorization asked, Client client, SignedIn signedIn, CancellationToken cancellation)
    {
        // Nobody can redeem a grant that no authorization names: it ends by itself.
        var grant = await codes.IssueAsync(asked, client, signedIn, cancellation);
        if (!await TryAnswerAsync(asked.Id, pending => pending with { State = PendingState.Approved, Grant = grant }, cancellation))
            return false;
        var consent = Consent.Given(signedIn.Account, client, asked.DisclosureFor(client), time.GetUtcNow());
        await users.RecordConsentAsync(consent, cancellation);
        return true;
    }

    /// <summary>False: it was answered before, or too late.</summary>
    public Task<bool> TryDenyAsync(PendingAuthorization asked, CancellationToken cancellation) =>
        TryAnswerAsync(asked.Id, pending => pending with { State = PendingState.Denied }, cancellation);

    private Task<bool> TryAnswerAsync(RowId id, Func<PendingAuthorization, PendingAuthorization> answer, CancellationToken cancellation) =>
        authorizations.TryAnswerAsync(id, pending => pending.IsOpen(time.GetUtcNow()) ? answer(pending) : null, cancellation);
}

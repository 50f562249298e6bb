using Microsoft.Azure.Functions.Worker;
using Postern.Protocol;
using Postern.Storage;

namespace Postern.Server;

/// <summary>The consent step: POST only, bound to the interaction and to the session for which the page was shown (RFC 9700 §4.7).</summary>
internal sealed class ConsentEndpoint(
    InteractionForms forms,
    Interactions interactions,
    Sessions sessions,
    UserStore users,
    Cookies cookies,
    InteractionPages pages,
    TimeProvider time
)
{
    /// <summary>A session that was signed in meanwhile in another tab is not the one that was asked, and what was not shown is not allowed.</summary>
    public static string Purpose(Interaction interaction, RowId? session, Scope shown) => $"consent {interaction.Id} {session} {shown}";

    [Function("consent"), Page("GET", "POST")]
    public async Task<IResult> HandleAsync([HttpTrigger(AuthorizationLevel.Anonymous, Route = Paths.Consent)] HttpRequest request)
    {
        var http = request.HttpContext;
        var session = cookies.Session(http.Request)?.Row;
        if (await forms.ReadAsync(http, (interaction, request) => Purpose(interaction, session, request?.Disclosure ?? Scope.Empty)) is not { } form)
            return pages.ResumeLatest(http);
        // Asked again: it was answered before, has no one answer, in another tab somebody signed in meanwhile, or the client may ask for more by now.
        if (form.Request is not { } asked || !form.IsProven || form.IsAgain || form.Fields["decision"] is not { } decision)
            return pages.Resume(form.Stored.Value);
        if (await sessions.FindAsync(http, asked.Client.ClientId) is not { } signedIn)
            return pages.Resume(form.Stored.Value);

        var current = form.Stored.Value.In(signedIn.Session.Id);
        if (current.HasAnswerFor(asked.Disclosure))
            return pages.Resume(current);
        var allowed = decision == "allow";
        var next = current with { Consented = allowed, Shown = asked.Disclosure };
        // Of two answers at once the second is not remembered either.
        if (await interactions.TryRecordAsync(form.Stored, next, http.RequestAborted) && allowed)
            await users.RecordConsentAsync(
                Consent.Given(signedIn.Account, asked.Client, asked.Disclosure, time.GetUtcNow()),
                http.RequestAborted
            );
        return pages.Resume(next);
    }
}

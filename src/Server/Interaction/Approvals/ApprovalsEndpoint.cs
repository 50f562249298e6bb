using Microsoft.Azure.Functions.Worker;
using Postern.Protocol;

namespace Postern.Server;

/// <summary>The page on which people answer what apps ask them on the back channel (CIBA Core §8): their own, signed in as usual.</summary>
internal sealed class ApprovalsEndpoint(
    Sessions sessions,
    Interactions interactions,
    InteractionPages pages,
    Cookies cookies,
    Approvals approvals,
    TimeProvider time
)
{
    private const string Id = "approval";
    private const string Shown = "shown";

    [Function("approvals"), Page("GET", "POST")]
    public async Task<IResult> HandleAsync([HttpTrigger(AuthorizationLevel.Anonymous, Route = Paths.Approvals)] HttpRequest request)
    {
        var http = request.HttpContext;
        var fields = HttpMethods.IsPost(request.Method) ? await RequestReader.FieldsAsync(request) : null;
        if (await sessions.FindAsync(http, null) is not { } signedIn)
            return pages.SignIn(http, null, await interactions.BeginAsync(http, Paths.Approvals, ""), SignInProblem.None);
        var result = fields is null ? ApprovalResult.None : await DecideAsync(http, signedIn, fields);
        return await ListAsync(http, signedIn, result);
    }

    // An outdated or forged form decides nothing, and what waits is shown as it is.
    private async Task<ApprovalResult> DecideAsync(HttpContext http, SignedIn signedIn, FormFields fields)
    {
        if (RowId.TryParse(fields[Id]) is not { } id || fields["decision"] is not { } decision)
            return ApprovalResult.None;
        if (cookies.SessionSecret(http.Request)?.Accepts(fields[InteractionForm.Antiforgery], Purpose(id, fields[Shown] ?? "")) != true)
            return ApprovalResult.None;
        if (await approvals.FindAsync(id, signedIn.Session.Subject, http.RequestAborted) is not { } found)
            return ApprovalResult.Over;
        // What was not shown is not allowed.
        if (fields[Shown] != found.Pending.DisclosureFor(found.Client).ToString())
            return ApprovalResult.None;
        if (await sessions.FindAsync(http, found.Client.ClientId) is not { } current)
            return ApprovalResult.None;
        var isAllowed = decision == "allow";
        if (!await approvals.TryAnswerAsync(found, current, isAllowed, http.RequestAborted))
            return ApprovalResult.Over;
        return isAllowed ? ApprovalResult.Allowed : ApprovalResult.Denied;
    }

    private async Task<IResult> ListAsync(HttpContext http, SignedIn signedIn, ApprovalResult result)
    {
        var waiting = await approvals.ListAsync(signedIn.Session.Subject, http.RequestAborted);
        var shown = await Task.WhenAll(waiting.Select(one => ModelAsync(http, one)));
        var name = signedIn.Account.User.DisplayName;
        return pages.Show(ApprovalsPage.Of(new ApprovalsModel(pages.Url(Paths.Approvals), name, shown, result)));
    }

    private async Task<ApprovalModel> ModelAsync(HttpContext http, PendingRequest one)
    {
        var disclosure = one.Pending.DisclosureFor(one.Client);
        return new ApprovalModel(
            one.Pending.Id.ToString(),
            cookies.SessionSecret(http.Request)!.AntiforgeryToken(Purpose(one.Pending.Id, disclosure.ToString())),
            one.Client.ClientName,
            one.Pending.BindingMessage,
            time.GetUtcNow() - one.Pending.StartedAt,
            disclosure,
            await pages.WordsAsync(one.Client, http.RequestAborted)
        );
    }

    private static string Purpose(RowId id, string shown) => $"approval {id} {shown}";
}

/// <summary>What became of an answer.</summary>
internal enum ApprovalResult
{
    None,
    Allowed,
    Denied,
    Over,
}

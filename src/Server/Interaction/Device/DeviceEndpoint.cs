using Microsoft.Azure.Functions.Worker;
using Postern.Protocol;

namespace Postern.Server;

/// <summary>
/// The page where people type the code of a device, or come with it, and answer (RFC 8628 §3.3). For who is signed in, so that wrong
/// codes count against somebody. A link shows its code and asks for it to be compared: only a form of ours looks it up (§5.4).
/// </summary>
internal sealed class DeviceEndpoint(
    Sessions sessions,
    Interactions interactions,
    InteractionPages pages,
    Cookies cookies,
    UserCodes codes,
    Answers answers,
    TimeProvider time
)
{
    private const string Shown = "shown";
    private const string Typed = "device code";

    [Function("device"), Page("GET", "POST")]
    public async Task<IResult> HandleAsync([HttpTrigger(AuthorizationLevel.Anonymous, Route = Paths.Device)] HttpRequest request)
    {
        var http = request.HttpContext;
        var fields = HttpMethods.IsPost(request.Method) ? await RequestReader.FieldsAsync(request) : null;
        var linked = RequestReader.Query(request).Succeeds(out var query, out _) ? query[UserCode.Parameter] : null;
        var code = UserCode.TryParse(fields?[UserCode.Parameter] ?? linked);
        if (await sessions.FindAsync(http, null) is not { } signedIn)
            return pages.SignIn(http, null, await interactions.BeginAsync(http, Paths.Device, Query(code)), SignInProblem.None);
        if (code is not null && fields?["decision"] is { } decision)
            return await DecideAsync(http, code, decision, fields);
        // Without the form's proof it is asked for, be the form outdated or forged.
        if (!Accepts(http, fields, Typed))
            return Ask(http, code, code is null ? DeviceProblem.None : DeviceProblem.Compare);
        return code is null ? Ask(http, null, DeviceProblem.Wrong) : await LookUpAsync(http, signedIn, code);
    }

    private async Task<IResult> LookUpAsync(HttpContext http, SignedIn signedIn, UserCode code)
    {
        if (await codes.BeginAsync(http.Request, signedIn.Session.Subject) is not { } counted)
            return Ask(http, code, DeviceProblem.MustWait);
        if (await codes.FindAsync(code, http.RequestAborted) is not { } found)
            return Ask(http, null, DeviceProblem.Wrong);
        await codes.SucceededAsync(counted, http.RequestAborted);
        return await ConfirmAsync(http, signedIn, code, found);
    }

    private async Task<IResult> DecideAsync(HttpContext http, UserCode code, string decision, FormFields fields)
    {
        // Before it is looked up: what is not proven must not tell which codes there are.
        if (!Accepts(http, fields, Purpose(code, fields[Shown] ?? "")))
            return Ask(http, code, DeviceProblem.Compare);
        if (await codes.FindAsync(code, http.RequestAborted) is not { Pending: var pending, Client: var client } found)
            return Ask(http, null, DeviceProblem.Over);
        if (await sessions.FindAsync(http, client.ClientId) is not { } signedIn)
            return Ask(http, code, DeviceProblem.Compare);
        // What was not shown is not allowed.
        if (fields[Shown] != pending.DisclosureFor(client).ToString())
            return await ConfirmAsync(http, signedIn, code, found);
        var isAllowed = decision == "allow";
        var isAnswered = isAllowed
            ? await answers.TryAllowAsync(pending, client, signedIn, http.RequestAborted)
            : await answers.TryDenyAsync(pending, http.RequestAborted);
        return isAnswered ? pages.Show(DevicePage.Answered(client.ClientName, isAllowed)) : Ask(http, null, DeviceProblem.Over);
    }

    private IResult Ask(HttpContext http, UserCode? code, DeviceProblem problem)
    {
        var antiforgery = cookies.SessionSecret(http.Request)!.AntiforgeryToken(Typed);
        return pages.Show(DevicePage.Code(new DeviceCodeModel(pages.Url(Paths.Device), antiforgery, code?.ToString(), problem)));
    }

    private async Task<IResult> ConfirmAsync(HttpContext http, SignedIn signedIn, UserCode code, PendingRequest found)
    {
        var disclosure = found.Pending.DisclosureFor(found.Client);
        var model = new DeviceConsentModel(
            pages.Url(Paths.Device),
            cookies.SessionSecret(http.Request)!.AntiforgeryToken(Purpose(code, disclosure.ToString())),
            code.ToString(),
            found.Client.ClientName,
            signedIn.Account.User.DisplayName,
            time.GetUtcNow() - found.Pending.StartedAt,
            found.Pending.StartedFrom,
            disclosure,
            await pages.WordsAsync(found.Client, http.RequestAborted)
        );
        return pages.Show(DevicePage.Consent(model));
    }

    private bool Accepts(HttpContext http, FormFields? fields, string purpose) =>
        cookies.SessionSecret(http.Request)?.Accepts(fields?[InteractionForm.Antiforgery], purpose) == true;

    private static string Purpose(UserCode code, string shown) => $"device {code} {shown}";

    private static string Query(UserCode? code) => code is null ? "" : $"{UserCode.Parameter}={code}";
}

/// <summary>Why the code is asked for, or for how long not.</summary>
internal enum DeviceProblem
{
    None,

    /// <summary>It came by a link.</summary>
    Compare,

    Wrong,
    Over,
    MustWait,
}

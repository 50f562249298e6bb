using Microsoft.Azure.Functions.Worker;
using Postern.Protocol;

namespace Postern.Server;

/// <summary>
/// Signs a person out, by themselves or because an app asks (RP-Initiated Logout §2). Without a question only where the app shows
/// the ID token that it got in this very session, so that no link, image or form of somebody else can sign anybody out (§6).
/// </summary>
internal sealed class SignOutEndpoint(LogoutRequests requests, Sessions sessions, Cookies cookies, InteractionPages pages, SignOutPages answers)
{
    private const string Purpose = "sign out";

    [Function("signout"), Page("GET", "POST")]
    public async Task<IResult> HandleAsync([HttpTrigger(AuthorizationLevel.Anonymous, Route = Paths.SignOut)] HttpRequest request)
    {
        var http = request.HttpContext;
        var read = HttpMethods.IsPost(request.Method) ? await RequestReader.FormAsync(request) : RequestReader.Query(request);
        if (!read.Succeeds(out var parameters, out var unreadable))
            return pages.Refuse(http, new PageError("The app sent a request that cannot be read.", unreadable.Reason));
        var (logout, refusal) = await requests.VerifyAsync(parameters, http.RequestAborted);
        if (logout is null)
            return pages.Refuse(http, refusal!);
        return pages.FetchAgain(http, parameters, Paths.SignOut, logout.Redirect?.FormActionSource) ?? await DecideAsync(http, parameters, logout);
    }

    private async Task<IResult> DecideAsync(HttpContext http, RequestParameters parameters, LogoutRequest logout)
    {
        // Where there is no session, or not any more, there is nothing to ask.
        if (await sessions.FindAsync(http, logout.Client?.ClientId ?? "none") is not { } signedIn)
            return answers.Done(logout, await sessions.EndAsync(http), isMeant: logout.Hint is not null);
        var secret = cookies.SessionSecret(http.Request)!;
        // Without the form's proof it is asked, be the form outdated or forged.
        var isAnswered = HttpMethods.IsPost(http.Request.Method) && secret.Accepts(parameters[InteractionForm.Antiforgery], Purpose);
        if (isAnswered && parameters[SignOutPage.Choice] == SignOutPage.Stay)
            return answers.StillSignedIn();
        return isAnswered || logout.Hint?.IsOf(signedIn.Session) == true
            ? answers.Done(logout, await sessions.EndAsync(http), isMeant: true)
            : answers.Ask(logout, signedIn.Account.User, secret.AntiforgeryToken(Purpose));
    }
}

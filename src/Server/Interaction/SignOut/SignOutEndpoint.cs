using Microsoft.Azure.Functions.Worker;
using Postern.Protocol;

namespace Postern.Server;

/// <summary>Ends the session of this browser. GET asks, POST does, so that no link or image can sign anybody out.</summary>
internal sealed class SignOutEndpoint(Sessions sessions, Cookies cookies, InteractionPages pages)
{
    private const string Purpose = "sign out";

    [Function("signout"), Page("GET", "POST")]
    public async Task<IResult> HandleAsync([HttpTrigger(AuthorizationLevel.Anonymous, Route = Paths.SignOut)] HttpRequest request)
    {
        var http = request.HttpContext;
        // Where there is no session, or not any more, there is nothing to ask.
        if (cookies.Session(http.Request) is not { } session)
            return pages.SignedOut();
        var secret = new BrowserSecret(session.Secret);
        if (!HttpMethods.IsPost(http.Request.Method))
            return pages.SignOut(secret.AntiforgeryToken(Purpose));
        // Without the form's proof it is asked, be the form outdated or forged.
        var fields = await RequestReader.FieldsAsync(request);
        if (!secret.Accepts(fields?[InteractionForm.Antiforgery], Purpose))
            return pages.SignOut(secret.AntiforgeryToken(Purpose));
        await sessions.EndAsync(http);
        return pages.SignedOut();
    }
}

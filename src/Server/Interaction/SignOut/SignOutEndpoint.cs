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
        if (!HttpMethods.IsPost(http.Request.Method))
            return pages.SignOut(cookies.EnsureBrowser(http).AntiforgeryToken(Purpose));
        if (!(await RequestReader.FormAsync(http.Request)).Succeeds(out var fields, out _))
            return pages.Refuse(http, Interactions.Expired);
        if (cookies.Browser(http.Request)?.Accepts(fields[InteractionForm.Antiforgery], Purpose) != true)
            return pages.Refuse(http, Interactions.Expired);
        await sessions.EndAsync(http);
        return pages.SignedOut();
    }
}

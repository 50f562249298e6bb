namespace Postern.Server;

/// <summary>Ends the session of this browser. GET asks, POST does, so that no link or image can sign anybody out.</summary>
internal sealed class SignOutEndpoint(Sessions sessions, Cookies cookies, InteractionPages pages)
{
    private const string Purpose = "sign out";

    public async Task<IResult> HandleAsync(HttpContext http)
    {
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

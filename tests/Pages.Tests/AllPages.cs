using System.Xml;
using System.Xml.Linq;
using Postern.Protocol;
using Postern.Server;

namespace Postern.Tests;

/// <summary>Every page there is, with a text of the test's choice in every field.</summary>
internal static class AllPages
{
    private static readonly Dictionary<string, Func<string, Page>> Known = new()
    {
        ["sign in"] = text => SignInPage.Of(new(text, text, text, text, text, SignInProblem.None)),
        ["sign in, wrong"] = text => SignInPage.Of(new(text, text, text, text, text, SignInProblem.WrongCredentials)),
        ["sign in, no login name"] = text => SignInPage.Of(new(text, text, text, text, text, SignInProblem.NoLoginName)),
        ["sign in, wait"] = text => SignInPage.Of(new(text, text, text, text, text, SignInProblem.MustWait)),
        ["select account"] = text => SelectAccountPage.Of(new(text, text, text, text, text, text + "@")),
        ["consent"] = text => ConsentPage.Of(new(text, text, text, text, text, text, true, ScopeWith(text), [])),
        ["consent, resource"] = text => ConsentPage.Of(new(text, text, text, text, text, text, true, ScopeWith(text), [ResourceWith(text)])),
        ["sign in, own account"] = text => SignInPage.Of(new(text, null, text, text, text, SignInProblem.None)),
        ["device"] = text => DevicePage.Code(new(text, text, text, DeviceProblem.None)),
        ["device, by a link"] = text => DevicePage.Code(new(text, text, text, DeviceProblem.Compare)),
        ["device, wrong"] = text => DevicePage.Code(new(text, text, text, DeviceProblem.Wrong)),
        ["device, over"] = text => DevicePage.Code(new(text, text, text, DeviceProblem.Over)),
        ["device, wait"] = text => DevicePage.Code(new(text, text, text, DeviceProblem.MustWait)),
        ["device, consent"] = text => DevicePage.Consent(new(text, text, text, text, text, TimeSpan.FromMinutes(1), text, ScopeWith(text), [])),
        ["device, connected"] = text => DevicePage.Answered(text, isAllowed: true),
        ["device, denied"] = text => DevicePage.Answered(text, isAllowed: false),
        ["approvals"] = text =>
            ApprovalsPage.Of(new(text, text, [new(text, text, text, text, TimeSpan.Zero, ScopeWith(text), [ResourceWith(text)])], ApprovalResult.None)),
        ["approvals, none"] = text => ApprovalsPage.Of(new(text, text, [], ApprovalResult.Allowed)),
        ["error"] = text => NoticePages.Error(new PageError(text, "for the log"), text),
        ["sign out"] = text => SignOutPage.Of(new(text, text, text + "@", null, [(text, text)])),
        ["sign out for an app"] = text => SignOutPage.Of(new(text, text, text, text, [(text, text), (text, text)])),
        ["still signed in"] = _ => SignOutPage.StillSignedIn(),
        ["signed out"] = _ => SignedOutPage.Of(new([], null, null, true)),
        ["signed out, return"] = text => SignedOutPage.Of(new([], text, text, false)),
        ["signed out, frames"] = text =>
            SignedOutPage.Of(new(["https://a.example/out?sid=" + Uri.EscapeDataString(text), "https://b.example/out"], text, text, true)),
        ["form post"] = text =>
            NoticePages.FormPost(new AuthorizationResponse(text, ResponseMode.FormPost, [(text, text)]) { FormActionSource = "https:" }),
    };

    public static TheoryData<string> Names => new(Known.Keys);

    public static Page Make(string name, string text = "harmless") => Known[name](text);

    public static string Render(Page page, string text = "harmless") => Layout.Render(page, text, "/tenant").ToString();

    /// <summary>The pages are well-formed XML too, so a strict parser can tell whether a text has become markup.</summary>
    public static XDocument Parse(string html)
    {
        using var reader = XmlReader.Create(new StringReader(html), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XDocument.Load(reader);
    }

    public static XElement ById(this XDocument page, string id) => page.Descendants().Single(element => (string?)element.Attribute("id") == id);

    /// <summary>The response to a browser: headers and body.</summary>
    public static async Task<(HttpResponse Response, string Body)> AnswerAsync(IResult result, Action<HttpRequest>? ask = null)
    {
        var http = new DefaultHttpContext();
        http.Request.Method = HttpMethods.Get;
        ask?.Invoke(http.Request);
        using var body = new MemoryStream();
        http.Response.Body = body;
        await result.ExecuteAsync(http);
        return (http.Response, System.Text.Encoding.UTF8.GetString(body.ToArray()));
    }

    private static Resource ResourceWith(string text) =>
        new() { Identifier = "https://api.example", Name = text, Scopes = ScopeWith(text).Values.ToDictionary(one => one, _ => "See " + text), CreatedAt = default };

    // Characters that no scope value can have (RFC 6749 §3.3) are left out.
    private static Scope ScopeWith(string text) =>
        Scope.TryParse("openid offline_access use:" + string.Concat(text.Where(c => c is > ' ' and <= '~' and not ('"' or '\\'))))!;
}

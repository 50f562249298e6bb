using System.Net;
using System.Text.RegularExpressions;

namespace Postern.Tests;

/// <summary>
/// A browser as far as the server can tell: keeps cookies, follows redirects that stay at the issuer, and submits the
/// form on the page with its hidden fields. Where it is sent to a client, it stops and remembers where to.
/// </summary>
public sealed partial class Browser(HttpClient http)
{
    private readonly Dictionary<string, string> cookies = [];

    /// <summary>The page it shows; null when it was sent to a client.</summary>
    public Answer? Page { get; private set; }

    /// <summary>Where it was sent outside of the issuer; null while it is on a page.</summary>
    public Uri? SentTo { get; private set; }

    /// <summary>Names and values of the cookies it holds.</summary>
    public IDictionary<string, string> Cookies => cookies;

    /// <summary>The cookie whose name ends so, behind the tag of its issuer.</summary>
    public string? Cookie(string name) =>
        cookies.SingleOrDefault(cookie => cookie.Key.EndsWith("-" + name, StringComparison.Ordinal)).Value;

    public string CookieHeader => string.Join("; ", cookies.Select(cookie => $"{cookie.Key}={cookie.Value}"));

    /// <summary>Everything it was ever answered, redirects too.</summary>
    public IList<Answer> Answers { get; } = [];

    /// <summary>Every URL it ever asked for.</summary>
    public IList<string> Asked { get; } = [];

    /// <summary>Whether the page has an element of this id.</summary>
    public bool Shows(string id) => Page?.Body.Contains($"id=\"{id}\"", StringComparison.Ordinal) == true;

    /// <summary>The value of an input on the page.</summary>
    public string? Field(string name)
    {
        var tag = AnyInput().Matches(Page?.Body ?? "").Select(input => input.Value).FirstOrDefault(input => Attribute(input, "name") == name);
        return tag is null ? null : Attribute(tag, "value");
    }

    /// <summary>What ties a form on the page to its interaction and to this browser.</summary>
    public (string, string)[] Proof => [("interaction", Field("interaction")!), ("antiforgery", Field("antiforgery")!)];

    /// <summary>Another browser with the same cookies: a second tab, or a thief of cookies.</summary>
    public Browser Copy()
    {
        var copy = new Browser(http);
        foreach (var (name, value) in cookies)
            copy.cookies[name] = value;
        return copy;
    }

    public Task<Browser> GoAsync(string path) => FollowAsync(new HttpRequestMessage(HttpMethod.Get, path));

    public Task<Browser> PostAsync(string path, params (string, string)[] form) =>
        FollowAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = RemoteServer.Form(form) });

    /// <summary>Submits the only form on the page; given fields replace those the page has.</summary>
    public Task<Browser> SubmitAsync(params (string Name, string Value)[] fields)
    {
        var form = FormTag().Match(Page!.Body);
        Assert.True(form.Success, $"no form on the page: {Page.Body}");
        var hidden = HiddenInput().Matches(Page.Body).Select(input => (Attribute(input.Value, "name"), Attribute(input.Value, "value")));
        var all = hidden.Where(field => !fields.Any(given => given.Name == field.Item1)).Concat(fields).ToArray();
        return PostAsync(Attribute(form.Value, "action"), all);
    }

    public Task<Browser> SignInAsync(string login = RemoteServer.Login, string password = RemoteServer.Password) =>
        SubmitAsync(("login", login), ("password", password));

    public Task<Browser> ConsentAsync(string decision = "allow") => SubmitAsync(("decision", decision));

    /// <summary>The parameter with which it was sent to the client, in the query or, where there is one, in the fragment.</summary>
    public string? Sent(string name) =>
        SentTo is null ? null : System.Web.HttpUtility.ParseQueryString(SentTo.Fragment is [_, ..] fragment ? fragment[1..] : SentTo.Query)[name];

    private async Task<Browser> FollowAsync(HttpRequestMessage request)
    {
        (Page, SentTo) = (null, null);
        for (var hops = 0; hops < 10; hops++)
        {
            if (cookies.Count > 0)
                request.Headers.Add("Cookie", CookieHeader);
            using var response = await http.SendAsync(request);
            Asked.Add(request.RequestUri!.ToString());
            request.Dispose();
            Keep(response);
            Answers.Add(await Answer.ReadAsync(response));
            if (response.Headers.Location is not { } location)
            {
                Page = Answers[^1];
                return this;
            }
            Assert.Equal(HttpStatusCode.SeeOther, response.StatusCode);
            if (location.IsAbsoluteUri && !location.OriginalString.StartsWith(RemoteServer.Issuer + "/", StringComparison.Ordinal))
            {
                SentTo = location;
                return this;
            }
            request = new HttpRequestMessage(HttpMethod.Get, location.IsAbsoluteUri ? location.PathAndQuery : location.OriginalString);
        }
        throw new InvalidOperationException("too many redirects");
    }

    private void Keep(HttpResponseMessage response)
    {
        foreach (var cookie in response.Headers.TryGetValues("Set-Cookie", out var set) ? set : [])
        {
            var equals = cookie.IndexOf('=', StringComparison.Ordinal);
            var (name, value) = (cookie[..equals], cookie[(equals + 1)..].Split(';')[0]);
            if (value.Length == 0 || cookie.Contains("01 Jan 1970", StringComparison.Ordinal))
                cookies.Remove(name);
            else
                cookies[name] = value;
        }
    }

    private static string Attribute(string tag, string name) =>
        WebUtility.HtmlDecode(Regex.Match(tag, $"\\b{name}=\"([^\"]*)\"", RegexOptions.None, TimeSpan.FromSeconds(1)).Groups[1].Value);

    [GeneratedRegex("<form[^>]*>")]
    private static partial Regex FormTag();

    [GeneratedRegex("<input[^>]*>")]
    private static partial Regex AnyInput();

    [GeneratedRegex("<input[^>]*type=\"hidden\"[^>]*>")]
    private static partial Regex HiddenInput();
}

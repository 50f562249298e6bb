using System.Net;
using System.Text.RegularExpressions;

namespace Postern.Tests;

/// <summary>
/// Alice with a browser of her own: keeps cookies, follows redirects between app and issuer, signs in and consents where she
/// is asked to, and submits what submits itself where script runs.
/// </summary>
internal sealed partial class Person : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() });

    /// <summary>How often she has typed her password.</summary>
    public int SignIns { get; private set; }

    public void Dispose() => http.Dispose();

    /// <summary>Goes wherever she is led, and returns what the last page says.</summary>
    public async Task<(HttpStatusCode Status, string Body)> OpenAsync(string url)
    {
        var (_, page) = await FollowAsync(new Uri(url), _ => false);
        return page!.Value;
    }

    /// <summary>Returns the URL with which she is sent to the app's redirect URI, without going there.</summary>
    public async Task<string> AuthorizeAsync(string url, string redirectUri)
    {
        var (sent, page) = await FollowAsync(new Uri(url), to => to.OriginalString.StartsWith(redirectUri, StringComparison.Ordinal));
        return sent?.OriginalString ?? throw new InvalidOperationException($"not sent to the app: {page}");
    }

    private async Task<(Uri? Sent, (HttpStatusCode, string)? Page)> FollowAsync(Uri url, Func<Uri, bool> stop)
    {
        HttpContent? form = null;
        for (var steps = 0; steps < 20; steps++)
        {
            using var request = new HttpRequestMessage(form is null ? HttpMethod.Get : HttpMethod.Post, url) { Content = form };
            using var response = await http.SendAsync(request);
            var body = await response.Content.ReadAsStringAsync();
            if (response.Headers.Location is { } location)
                (url, form) = (new Uri(url, location), null);
            else if (Filled(body) is { } filled)
                (url, form) = (new Uri(url, filled.Action), filled.Form);
            else if (await NextAsync(body) is { } next)
                (url, form) = (next, null);
            else
                return (null, (response.StatusCode, body));
            if (stop(url))
                return (url, null);
        }
        throw new InvalidOperationException($"led in circles, at last to {url}");
    }

    // Loads what the page frames, and goes where it goes on by itself.
    private async Task<Uri?> NextAsync(string page)
    {
        foreach (var frame in Frame().Matches(page).Select(frame => Attribute(frame.Value, "src")))
            (await http.GetAsync(new Uri(frame))).Dispose();
        return page.Contains("/signed-out.js", StringComparison.Ordinal) ? new Uri(Attribute(Continue().Match(page).Value, "href")) : null;
    }

    // The form on the page with what is hidden in it and what she adds; null: there is none.
    private (string Action, HttpContent Form)? Filled(string page)
    {
        if (!FormTag().IsMatch(page))
            return null;
        var fields = HiddenInput().Matches(page).ToDictionary(input => Attribute(input.Value, "name"), input => Attribute(input.Value, "value"));
        if (page.Contains("id=\"signin-form\"", StringComparison.Ordinal))
        {
            SignIns++;
            (fields["login"], fields["password"]) = (PosternServer.Login, PosternServer.Password);
        }
        if (CodeInput().Match(page) is { Success: true } code)
            fields["user_code"] = Attribute(code.Value, "value");
        if (page.Contains("consent-form\"", StringComparison.Ordinal))
            fields["decision"] = "allow";
        // A form that is shown again was refused.
        Assert.DoesNotContain("id=\"signin-error\"", page, StringComparison.Ordinal);
        return (Attribute(FormTag().Match(page).Value, "action"), new FormUrlEncodedContent(fields));
    }

    private static string Attribute(string tag, string name) =>
        WebUtility.HtmlDecode(Regex.Match(tag, $"\\b{name}=['\"]([^'\"]*)['\"]", RegexOptions.None, TimeSpan.FromSeconds(1)).Groups[1].Value);

    [GeneratedRegex("<input[^>]*id=\"user-code\"[^>]*>")]
    private static partial Regex CodeInput();

    [GeneratedRegex("<iframe[^>]*>")]
    private static partial Regex Frame();

    [GeneratedRegex("<a id=\"continue\"[^>]*>")]
    private static partial Regex Continue();

    [GeneratedRegex("<form[^>]*>")]
    private static partial Regex FormTag();

    [GeneratedRegex("<input[^>]*type=['\"]hidden['\"][^>]*>")]
    private static partial Regex HiddenInput();
}

using System.Text;
using System.Text.RegularExpressions;

namespace Postern.Tests;

/// <summary>
/// One run of a flow against a server, written down as FLOWS.md shows it: a picture of who asked whom, and what was sent and
/// answered. What is secret, random or long is cut to its first characters, so the same run is the same text.
/// </summary>
internal sealed partial class Recording(AuthServer server)
{
    private const int Width = 118;
    private const string Name = "Postern";

    // What the picture says of an answer: its members that people speak of.
    private static readonly string[] Telling =
        ["error", "access_token", "refresh_token", "id_token", "active", "user_code", "device_code", "auth_req_id", "sub", "issued_token_type"];

    private readonly List<string> picture = ["sequenceDiagram"];
    private readonly StringBuilder talk = new();
    private readonly List<(string Text, string Shown)> replaced = [];

    public AuthServer Server => server;

    /// <summary>Something that is not asked of the server: a person's click, a call of an API.</summary>
    public void Says(string from, string to, string what) => picture.Add($"    {from}->>{to}: {what}");

    /// <summary>Shows a text that is another one in each run, and too short to be cut, as this one.</summary>
    public void Instead(string text, string shown) => replaced.Add((text, shown));

    /// <summary>A request of a client to an endpoint, as <see cref="RemoteServer.PostAsync"/> sends it.</summary>
    public async Task<Answer> PostAsync(string from, string path, string clientId, params (string Name, string Value)[] form)
    {
        var isPublic = clientId is "app" or "spa" or "tv";
        var header = isPublic ? "" : $"Authorization: {RemoteServer.Basic(clientId, RemoteServer.Secret)}\n";
        (string Name, string Value)[] sent = isPublic ? [.. form, ("client_id", clientId)] : form;
        Picture($"{from}->>{Name}", $"POST {path} {string.Join(" ", sent.Where(field => field.Name is "grant_type").Select(field => Last(field.Value)))}");
        var answer = await server.PostAsync(path, clientId, form);
        Write($"POST {path}\n{header}\n{Lines(sent)}", from, answer);
        return answer;
    }

    /// <summary>A request of a client that has no secret to send.</summary>
    public async Task<Answer> SendAsync(string from, string path, params (string Name, string Value)[] form)
    {
        Picture($"{from}->>{Name}", $"POST {path} {string.Join(" ", form.Where(field => field.Name is "grant_type").Select(field => Last(field.Value)))}");
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = RemoteServer.Form(form) };
        var answer = await server.SendAsync(request);
        Write($"POST {path}\n\n{Lines(form)}", from, answer);
        return answer;
    }

    /// <summary>A request with a bearer token.</summary>
    public async Task<Answer> GetAsync(string from, string path, string accessToken)
    {
        Picture($"{from}->>{Name}", $"GET {path}");
        var answer = await server.GetAsync(path, accessToken);
        Write($"GET {path}\nAuthorization: Bearer {accessToken}", from, answer);
        return answer;
    }

    /// <summary>The person's browser at an address, with pages that the person answers as <paramref name="answer"/> says, and back to the app.</summary>
    public async Task<Browser> BrowseAsync(
        string path,
        (string Name, string Value)[] query,
        string pages,
        Func<Browser, Task> answer,
        Browser? browser = null
    )
    {
        browser ??= server.Browser();
        Picture($"Browser->>{Name}", $"GET {path}");
        talk.Append(Cut($"GET {path}?{Lines(query)}\n\n"));
        await browser.GoAsync($"{path}?{string.Join('&', query.Select(one => $"{one.Name}={Uri.EscapeDataString(one.Value)}"))}");
        picture.Add($"    Note over Browser,{Name}: {pages}");
        await answer(browser);
        if (browser.SentTo is { } sentTo)
            WriteRedirect(sentTo);
        return browser;
    }

    /// <summary>The part of FLOWS.md below the flow's heading.</summary>
    public override string ToString()
    {
        var text = $"```mermaid\n{string.Join('\n', picture)}\n```\n\n```http\n{talk.ToString().TrimEnd()}\n```";
        return replaced.Aggregate(text, (shown, one) => shown.Replace(one.Text, one.Shown, StringComparison.Ordinal));
    }

    private void WriteRedirect(Uri to)
    {
        var query = System.Web.HttpUtility.ParseQueryString(to.Query);
        var fields = query.AllKeys.Select(name => (name!, query[name]!)).ToArray();
        Picture($"{Name}-->>Browser", $"303 to the app with {string.Join(", ", query.AllKeys)}");
        talk.Append(Cut($"303\nLocation: {to.GetLeftPart(UriPartial.Path)}?{Lines(fields)}\n\n"));
    }

    private void Write(string request, string to, Answer answer)
    {
        var members = Telling.Where(name => answer.Body.Contains($"\"{name}\":", StringComparison.Ordinal));
        Picture($"{Name}-->>{to}", $"{(int)answer.Status} {string.Join(", ", members.Select(name => Told(name, answer)))}");
        talk.Append(Cut($"{request}\n\n{(int)answer.Status}\n{Broken(answer.Body.Replace(",\"", ", \"", StringComparison.Ordinal), ", ")}\n\n"));
    }

    private static string? Told(string member, Answer answer) =>
        member switch
        {
            "error" => answer.Error,
            "active" when !answer.Json.GetProperty("active").GetBoolean() => "not active",
            _ => member,
        };

    private void Picture(string who, string what) => picture.Add($"    {who}: {what.TrimEnd()}");

    private static string Last(string urn) => urn.Split(':')[^1];

    private static string Lines((string Name, string Value)[] fields) =>
        Broken(string.Join('&', fields.Select(field => $"{field.Name}={field.Value}")), "&");

    // Before a separator, where what follows it would be too long for the line once it is cut.
    private static string Broken(string text, string separator)
    {
        var (lines, width) = (new StringBuilder(), 0);
        foreach (var (i, part) in text.Split(separator).Index())
        {
            var length = Cut(part).Length + separator.Length;
            if (i > 0)
                lines.Append(width + length > Width ? $"{separator.TrimEnd()}\n" : separator);
            width = i > 0 && width + length > Width ? length : width + length;
            lines.Append(part);
        }
        return lines.ToString();
    }

    private static string Cut(string text) =>
        Secret().Replace(TokenId().Replace(text, "\"jti\":\"\u2026\""), run => $"{run.Value[..4]}\u2026");

    [GeneratedRegex("[A-Za-z0-9._-]{28,}=*")]
    private static partial Regex Secret();

    [GeneratedRegex("\"jti\":\"[^\"]*\"")]
    private static partial Regex TokenId();
}

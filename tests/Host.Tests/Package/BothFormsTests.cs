using System.Net;

namespace Postern.Tests;

/// <summary>The packaged server answers under the Functions host as it does alone, and refuses what nobody sends in earnest.</summary>
public sealed class BothFormsTests(BothForms both) : IClassFixture<BothForms>
{
    private const string End = "HTTP/1.1\r\nHost: a\r\nConnection: close\r\n";
    private const string Form = $"{End}Content-Type: {RemoteServer.FormType}\r\n";

    // Kestrel's, and the host's.
    private static readonly string[] NotOurs = ["Date", "Server", "Connection"];

    [Theory]
    [InlineData("GET", "/.well-known/openid-configuration", "ETag")]
    [InlineData("HEAD", "/jwks", "Access-Control-Allow-Origin")]
    [InlineData("GET", "/JWKS", "Cache-Control")]
    [InlineData("GET", "/jwks/", "Cache-Control")]
    [InlineData("GET", "/health/live", "Pragma")]
    [InlineData("GET", "/userinfo", "WWW-Authenticate")]
    [InlineData("PUT", "/token", "Allow")]
    [InlineData("OPTIONS", "/token", "Access-Control-Allow-Methods")]
    [InlineData("POST", "/token", "Content-Length")]
    [InlineData("GET", "/signin", "Content-Security-Policy")]
    [InlineData("GET", "/signout", "Strict-Transport-Security")]
    [InlineData("GET", "?", "Set-Cookie")]
    public async Task An_answer_has_the_same_status_and_headers_in_both_forms(string method, string path, string among)
    {
        var asked = path == "?" ? new Flow(both.Hosted, "web").Url() : path;
        var (hosted, alone) = (await both.Hosted.SendAsync(method, asked), await both.Alone.SendAsync(method, asked));
        Assert.Equal(Shape(alone), Shape(hosted));
        Assert.NotNull(hosted.Header(among));
        Assert.Empty(both.Hosted.Host.Failures);
    }

    /// <summary>What, the bytes, and the status under the host (0: not sent there) and alone.</summary>
    public static TheoryData<string, string, int, int> Poison => new()
    {
        { "a NUL in the path", $"GET /health/%00 {End}\r\n", 400, 400 },
        { "half a surrogate pair in the query", $"GET /authorize?client_id=%ED%A0%80 {End}\r\n", 400, 400 },
        { "the other half", $"GET /authorize?client_id=%ED%B0%80&response_type=code {End}\r\n", 400, 400 },
        { "half a surrogate pair in a form", $"POST /token {Form}Content-Length: 19\r\n\r\nclient_id=%ED%A0%80", 400, 400 },
        { "bytes in a cookie that are no UTF-8", $"GET /signin {End}Cookie: a=\u00ff\u00fe\r\n\r\n", 400, 400 },
        { "Latin-1 in a header", $"GET /userinfo {End}Authorization: Bearer \u00e9\r\n\r\n", 400, 400 },
        // The host cannot send these on and says 500 after 15 s, whatever the function (see RequestTests).
        { "UTF-8 in a header", $"GET /userinfo {End}Authorization: Bearer \u00c3\u00a9\r\n\r\n", 0, 401 },
        { "UTF-8 in a cookie", $"GET /signin {End}Cookie: a=\u00c3\u00a9\r\n\r\n", 0, 400 },
        { "a URL that is too long", $"GET /authorize?{new string('a', 17_000)} {End}\r\n", 414, 414 },
        { "headers that are too long", $"GET /authorize {End}X-A: {new string('a', 34_000)}\r\n\r\n", 431, 431 },
        { "no type of body", $"POST /token {End}Content-Length: 1\r\n\r\na", 400, 400 },
        { "a malformed type of body", $"POST /token {End}Content-Type: ;;;\r\nContent-Length: 1\r\n\r\na", 400, 400 },
        { "JSON for a form", $"POST /token {End}Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{{}}", 400, 400 },
        { "a body behind a GET", $"GET /userinfo {End}Content-Length: 1\r\n\r\na", 401, 401 },
    };

    [Theory]
    [MemberData(nameof(Poison))]
    public async Task Poison_is_refused_clearly_and_delivered_once_and_the_worker_lives_on(string what, string bytes, int hosted, int alone)
    {
        var host = both.Hosted.Host;
        var (before, process) = (host.Invocations.All, host.Process.Id);
        Assert.StartsWith($"HTTP/1.1 {alone} ", await Raw.SendAsync(both.Alone.Http.BaseAddress!, bytes), StringComparison.Ordinal);
        if (hosted != 0)
            Assert.StartsWith($"HTTP/1.1 {hosted} ", await Raw.SendAsync(host.Address, bytes), StringComparison.Ordinal);
        Assert.InRange(host.Invocations.All - before, 0, 1);
        Assert.True(host.Failures.IsEmpty, what);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), ((await both.Hosted.GetAsync("/health/live")).Status, (await both.Alone.GetAsync("/health/live")).Status));
        Assert.Equal((1, process), (host.Starts, host.Process.Id));
    }

    [Fact]
    public async Task A_body_that_is_shorter_than_was_said_is_waited_for_a_few_seconds_and_no_longer()
    {
        var bytes = $"POST /token {Form}Content-Length: 100\r\n\r\ngrant_type=client_credentials";
        var patience = TimeSpan.FromSeconds(20);
        var alone = Raw.SendAsync(both.Alone.Http.BaseAddress!, bytes, patience);
        // Host and worker wait equally long: the worker's refusal comes out, or the host's own 500 for a body that broke off.
        Assert.Matches("^HTTP/1.1 (400|408|500) ", await Raw.SendAsync(both.Hosted.Host.Address, bytes, patience));
        Assert.StartsWith("HTTP/1.1 408 ", await alone, StringComparison.Ordinal);
        Assert.Empty(both.Hosted.Host.Failures);
        Assert.Equal(HttpStatusCode.OK, (await both.Hosted.GetAsync("/health/live")).Status);
        Assert.Equal(1, both.Hosted.Host.Starts);
    }

    private static List<string> Shape(Answer answer) =>
        [$"{(int)answer.Status}", .. answer.Headers.Where(header => !NotOurs.Contains(header.Key)).SelectMany(Lines).Order()];

    // What is in a cookie or an address is new each time.
    private static IEnumerable<string> Lines(KeyValuePair<string, string[]> header) =>
        header.Value.Select(value => $"{header.Key}: {(header.Key is "Set-Cookie" or "Location" ? value.Split('=', '-')[0] : value)}");
}

using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Postern.Tests;

/// <summary>What a worker sees of a request under the test host is what it sees under the Functions host.</summary>
public sealed class RequestTests(MinimalHost minimal) : IClassFixture<MinimalHost>
{
    [Fact]
    public async Task Forwarded_headers_of_the_client_are_dropped_and_replaced_by_the_hosts_own()
    {
        var headers = "X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: https\r\n"
            + "X-Forwarded-Prefix: /evil\r\nForwarded: host=evil.example\r\nx-ms-invocation-id: forged\r\nX-Azure-ClientIP: 192.0.2.7\r\n";
        var seen = await EchoAsync($"GET /minimal/echo HTTP/1.1\r\nHost: public.example:8080\r\n{headers}Connection: close\r\n\r\n");
        Assert.Equal(("public.example:8080", "http", "127.0.0.1"), (Text(seen, "host"), Text(seen, "scheme"), Text(seen, "peer")?.Replace("::ffff:", "")));
        Assert.DoesNotContain("evil", seen.ToString(), StringComparison.Ordinal);
        Assert.True(Guid.TryParse(Header(seen, "x-ms-invocation-id"), out _));
        Assert.Equal("192.0.2.7", Header(seen, "X-Azure-ClientIP"));
    }

    [Fact]
    public async Task Hop_by_hop_headers_end_at_the_host()
    {
        var seen = await EchoAsync("GET /minimal/echo HTTP/1.1\r\nHost: a\r\nTE: trailers\r\nKeep-Alive: 5\r\nProxy-Authorization: x\r\nX-Foo: 1\r\nConnection: close, X-Foo\r\n\r\n");
        Assert.All(["TE", "Keep-Alive", "Proxy-Authorization"], name => Assert.Null(Header(seen, name)));
        Assert.Equal("1", Header(seen, "X-Foo"));
    }

    [Fact]
    public async Task A_repeated_header_is_joined_by_a_comma_and_cookies_by_a_semicolon()
    {
        var seen = await EchoAsync("GET /minimal/echo HTTP/1.1\r\nHost: a\r\nX-A: 1\r\nX-A: 2\r\nCookie: a=1\r\nCookie: b=2\r\nConnection: close\r\n\r\n");
        Assert.Equal(("1, 2", "a=1; b=2"), (Header(seen, "X-A"), Header(seen, "Cookie")));
    }

    [Theory]
    [InlineData("a=1&a=2&b=x+y%2Bz&novalue&&c=", "a=1&a=2&b=x+y%2Bz&novalue&&c=")]
    [InlineData("code=abc&sys=1&req=2", "code=abc&sys=1&req=2")]
    [InlineData("a=%zz", "a=%25zz")]
    [InlineData("a=<\">", "a=%3C%22%3E")]
    public async Task A_query_arrives_as_it_was_sent_but_for_what_is_not_allowed_in_one(string sent, string seen) =>
        Assert.Equal(seen, Text(await EchoAsync($"GET /minimal/echo?{sent} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"), "query"));

    [Theory]
    [InlineData("/minimal/echo/a%2Fb", "/minimal/echo/a%2Fb")]
    [InlineData("/MINIMAL/ECHO/x", "/MINIMAL/ECHO/x")]
    [InlineData("/minimal/echo/", "/minimal/echo/")]
    [InlineData("/minimal/echo/%41", "/minimal/echo/A")]
    public async Task A_path_arrives_as_any_web_server_would_show_it(string sent, string seen) =>
        Assert.Equal(seen, Text(await EchoAsync($"GET {sent} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"), "path"));

    [Theory]
    [InlineData("application/x-www-form-urlencoded", "a=1&b=%2B+c")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--x--\r\n")]
    [InlineData(";;;", "\u00ff\0\u0001")]
    [InlineData("application/json\r\nContent-Encoding: gzip", "{}", "GET")]
    public async Task A_body_arrives_byte_for_byte_with_its_type(string type, string body, string method = "POST")
    {
        foreach (var chunked in new[] { false, true })
        {
            var framed = chunked ? $"{body.Length:x}\r\n{body}\r\n0\r\n\r\n" : body;
            var framing = chunked ? "Transfer-Encoding: chunked" : $"Content-Length: {body.Length}";
            var seen = await EchoAsync($"{method} /minimal/echo HTTP/1.1\r\nHost: a\r\nContent-Type: {type}\r\n{framing}\r\nConnection: close\r\n\r\n{framed}");
            Assert.Equal(Convert.ToHexString(SHA256.HashData(Encoding.Latin1.GetBytes(body))), Text(seen, "digest"));
            Assert.Equal(type.Split('\r')[0], Header(seen, "Content-Type"));
        }
    }

    [Theory]
    [InlineData("OPTIONS")]
    [InlineData("PROPFIND")]
    [InlineData("FOO")]
    public async Task A_function_without_methods_gets_them_all(string method) =>
        Assert.Equal(method, Text(await EchoAsync($"{method} /minimal/echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"), "method"));

    [Theory]
    [InlineData("GET", "posted")]
    [InlineData("GET", "nothing")]
    [InlineData("POST", "tick")]
    public async Task What_no_function_takes_is_404_with_an_empty_body(string method, string path)
    {
        using var response = await minimal.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
        Assert.Equal((HttpStatusCode.NotFound, ""), (response.StatusCode, await response.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task A_function_with_a_key_takes_it_in_the_query_or_a_header_and_code_reaches_the_function()
    {
        var key = new FunctionsHost.PlatformOptions().FunctionKey;
        Assert.Equal(HttpStatusCode.Unauthorized, (await minimal.GetAsync("guarded?code=x")).Status);
        Assert.Equal($"?code={key}", (await minimal.GetAsync($"guarded?code={key}")).Body);
        using var request = new HttpRequestMessage(HttpMethod.Get, "guarded") { Headers = { { "x-functions-key", key } } };
        Assert.Equal(HttpStatusCode.OK, (await minimal.Http.SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task A_header_that_is_UTF_8_is_500_after_the_worker_has_waited_in_vain_and_one_that_is_not_is_400()
    {
        var patience = TimeSpan.FromSeconds(30);
        var utf8 = await Raw.SendAsync(minimal.Host.Address, "GET /minimal/echo HTTP/1.1\r\nHost: a\r\nX-A: \u00c3\u00a9\r\nConnection: close\r\n\r\n", patience);
        Assert.StartsWith("HTTP/1.1 500", utf8, StringComparison.Ordinal);
        var latin1 = await Raw.SendAsync(minimal.Host.Address, "GET /minimal/echo HTTP/1.1\r\nHost: a\r\nX-A: \u00e9\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 400", latin1, StringComparison.Ordinal);
    }

    private async Task<JsonElement> EchoAsync(string request)
    {
        var answer = await Raw.SendAsync(minimal.Host.Address, request);
        var (open, close) = (answer.IndexOf('{', StringComparison.Ordinal), answer.LastIndexOf('}'));
        Assert.True(open > 0 && close > open, answer);
        return JsonDocument.Parse(answer[open..(close + 1)]).RootElement;
    }

    private static string? Text(JsonElement seen, string name) => seen.GetProperty(name).GetString();

    private static string? Header(JsonElement seen, string name) =>
        seen.GetProperty("headers").EnumerateObject().FirstOrDefault(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is
        { Value.ValueKind: JsonValueKind.Array } found
            ? string.Join('|', found.Value.EnumerateArray().Select(value => value.GetString()))
            : null;
}

using System.Net;
using Postern.FunctionsHost;

namespace Postern.Tests;

/// <summary>The packaged server under the test host: nothing that anybody sends fails a function or ends the worker.</summary>
public sealed class PackagedServerTests(SharedPostern shared) : IClassFixture<SharedPostern>
{
    private const string Form = "Host: a\r\nContent-Type: application/x-www-form-urlencoded";
    private static readonly string Long = new('a', 7_000);

    private readonly PosternHost server = shared.Server;

    // What the host understands it passes on.
    public static readonly string[] Poison =
    [
        $"GET /authorize?{Long} HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /authorize?state=%00%ff%zz&client_id=%ed%a0%80 HTTP/1.1\r\nHost: a\r\n\r\n",
        $"GET /userinfo HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {Long}\r\n\r\n",
        "GET /userinfo HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer e30.e30.\r\n\r\n",
        "GET /assets/..%2f..%2fetc%2fpasswd HTTP/1.1\r\nHost: a\r\n\r\n",
        "HEAD /jwks HTTP/1.1\r\nHost: a\r\nIf-None-Match: \"\r\n\r\n",
        "GET /signout?id_token_hint=e30.e30.&post_logout_redirect_uri=%5c HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /token HTTP/1.1\r\nHost: a\r\nAuthorization: Basic Og==\r\nContent-Length: 0\r\n\r\n",
        "POST /signin HTTP/1.1\r\nHost: a\r\nCookie: __Host-postern-browser=%ff%fe; __Host-postern-session=pse_\r\nContent-Length: 0\r\n\r\n",
        $"POST /token HTTP/1.1\r\n{Form}; charset=none\r\nContent-Length: 13\r\n\r\ngrant_type=%zz",
        $"POST /consent HTTP/1.1\r\n{Form}\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n=\r\n0\r\n\r\n",
    ];

    // What the host refuses reaches the worker only from this computer.
    public static readonly string[] Unforwarded =
    [
        $"GET /authorize?{Long}{Long}{Long} HTTP/1.1\r\nHost: a\r\n\r\n",
        $"POST /token HTTP/1.1\r\n{Form}; charset=\u00ff\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "\0\0\0\0",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ];

    [Fact]
    public async Task No_request_ends_the_worker_or_fails_a_function()
    {
        var process = server.Host.Process.Id;
        await Task.WhenAll(Poison.Concat(Poison).Select(bytes => Raw.SendAsync(server.Host.Address, bytes)));
        await Task.WhenAll(Poison.Concat(Unforwarded).Select(bytes => Raw.SendAsync(server.Host.WorkerAddress, bytes)));
        Assert.Equal(HttpStatusCode.OK, (await TokenAsync()).Status);
        Assert.Empty(server.Host.Failures);
        Assert.Equal((1, process), (server.Host.Starts, server.Host.Process.Id));
    }

    [Fact]
    public async Task A_chunked_body_is_read_and_one_that_is_too_large_is_413()
    {
        var basic = RemoteServer.Basic("web", RemoteServer.Secret);
        using var chunked = new HttpRequestMessage(HttpMethod.Post, "/token") { Headers = { Authorization = basic, TransferEncodingChunked = true } };
        chunked.Content = new StreamContent(new MemoryStream("grant_type=client_credentials"u8.ToArray()));
        chunked.Content.Headers.TryAddWithoutValidation("Content-Type", RemoteServer.FormType);
        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync(chunked)).Status);
        foreach (var size in new[] { 40_000, 400_000, 5_000_000 })
        {
            var answer = await server.PostRawAsync("/token", "grant_type=client_credentials&a=" + new string('a', size), authorization: basic.ToString());
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.Status);
        }
    }

    [Fact]
    public async Task Cookies_are_set_beside_each_other()
    {
        var browser = await server.SignedInAsync();
        Assert.Contains(browser.Cookies.Keys, name => name.EndsWith("-session", StringComparison.Ordinal));
        Assert.True(browser.Cookies.Count > 1, browser.CookieHeader);
    }

    [Theory, Spec("UAX", "15")]
    [InlineData("Pr\u00e9paratifs d\u00e9licats")]
    [InlineData("Pre\u0301paratifs de\u0301licats")]
    public async Task A_password_is_good_however_the_keyboard_spells_its_letters(string typed)
    {
        var browser = await server.Browser().GoAsync(new Flow(server, "web").Url());
        Assert.True((await browser.SignInAsync(Deployment.Zoe, typed)).Shows("consent-form"));
    }

    [Fact]
    public async Task Forwarded_headers_change_neither_the_issuer_nor_where_people_are_sent()
    {
        var forged = "X-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: http\r\nForwarded: host=evil.example\r\n"
            + "X-Original-Host: evil.example\r\nDISGUISED-HOST: evil.example";
        foreach (var address in new[] { server.Host.Address, server.Host.WorkerAddress })
        {
            var answer = await Raw.SendAsync(address, $"GET /.well-known/openid-configuration HTTP/1.1\r\nHost: evil.example\r\n{forged}\r\nConnection: close\r\n\r\n");
            Assert.DoesNotContain("evil.example", answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Off_Flex_preflights_are_answered_by_the_server()
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, "/token");
        request.Headers.Add("Origin", "https://spa.example");
        request.Headers.Add("Access-Control-Request-Method", "POST");
        Assert.NotNull((await server.SendAsync(request)).Header("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Timers_succeed_and_nobody_reaches_them_by_HTTP()
    {
        var timers = server.Host.Functions.Where(function => function.IsTimer).Select(function => function.Name).ToList();
        Assert.NotEmpty(timers);
        foreach (var name in timers)
        {
            Assert.Equal(new Outcome(true, null), await server.Host.FireAsync(name));
            Assert.Equal(HttpStatusCode.NotFound, (await server.SendAsync("POST", $"/{name}")).Status);
        }
        foreach (var path in new[] { "/", "/admin/host/status", "/token/x" })
            Assert.Equal(HttpStatusCode.NotFound, (await server.SendAsync("POST", path)).Status);
    }

    [Fact]
    public async Task Every_HTTP_function_is_anonymous_takes_all_methods_and_answers_what_it_does_not_have_with_405()
    {
        foreach (var function in server.Host.Functions.Where(function => function.IsHttp))
        {
            Assert.True(function.IsAnonymous, function.Name);
            Assert.Empty(function.Methods);
            if (!function.Route.Contains('{', StringComparison.Ordinal))
                Assert.Equal(HttpStatusCode.MethodNotAllowed, (await server.SendAsync("PROPFIND", $"/{function.Route}")).Status);
        }
    }

    [Fact]
    public async Task Two_hundred_requests_at_once_are_answered_each()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => TokenAsync()));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
    }

    [Fact]
    public async Task The_worker_writes_nothing_into_its_home_and_does_not_listen_where_the_host_does()
    {
        await TokenAsync();
        Assert.Empty(Directory.EnumerateFiles(server.Host.Home, "*", SearchOption.AllDirectories));
        Assert.NotEqual(server.Host.Address.Port, server.Host.WorkerAddress.Port);
    }

    private Task<Answer> TokenAsync() => server.PostAsync("/token", "web", ("grant_type", "client_credentials"));
}

using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using Postern.Protocol;
using Postern.Server;

namespace Postern.Tests;

/// <summary>What a URL that a stranger gave can make this server do: nothing but a short request to the public internet.</summary>
public sealed class OutboundTests : IDisposable
{
    private const string Body = """{"keys":[]}""";

    private readonly LogLines log = new();

    [Fact]
    public async Task A_body_is_fetched_in_one_plain_request()
    {
        await using var peer = Peer.Answering("200 OK", $"Content-Length: {Body.Length}\r\n", Body);
        Assert.Equal(Body, await GetAsync(Local(), peer.Uri));
        var request = Assert.Single(peer.Requests);
        Assert.StartsWith("GET /jwks?tenant=1 HTTP/1.1\r\n", request);
        Assert.DoesNotContain("traceparent", request, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Cookie", request, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(log.Lines);
    }

    [Fact]
    public async Task What_is_posted_comes_with_its_credential_and_the_status_comes_back()
    {
        await using var peer = Peer.Answering("204 No Content", "", "");
        using var content = new StringContent("{}");
        Assert.Equal(204, await Local().PostAsync(peer.Uri, content, new AuthenticationHeaderValue("Bearer", "the-token"), default));
        Assert.Contains("Authorization: Bearer the-token", Assert.Single(peer.Requests));
    }

    [Theory]
    [InlineData("301 Moved Permanently")]
    [InlineData("302 Found")]
    [InlineData("307 Temporary Redirect")]
    [InlineData("308 Permanent Redirect")]
    public async Task No_redirect_is_followed(string status)
    {
        await using var target = Peer.Answering("200 OK", "", Body);
        await using var peer = Peer.Answering(status, $"Location: {target.Uri}\r\nContent-Length: {Body.Length}\r\n", Body);
        Assert.Null(await GetAsync(Local(), peer.Uri));
        using var content = new StringContent("{}");
        Assert.Equal(status[..3], $"{await Local().PostAsync(peer.Uri, content, null, default)}");
        Assert.Equal(0, target.Connections);
        Assert.Contains(log.Lines, line => line.Contains($"it answered {status[..3]}", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("404 Not Found")]
    [InlineData("203 Non-Authoritative Information")]
    [InlineData("500 Internal Server Error")]
    public async Task Only_a_200_has_a_usable_body(string status)
    {
        await using var peer = Peer.Answering(status, $"Content-Length: {Body.Length}\r\n", Body);
        Assert.Null(await GetAsync(Local(), peer.Uri));
    }

    [Theory]
    [InlineData("Content-Length: 2000\r\n")]
    [InlineData("")]
    public async Task A_body_that_is_too_long_is_given_up(string length)
    {
        await using var peer = Peer.Answering("200 OK", length, new string(' ', 2000));
        Assert.Null(await GetAsync(Local(), peer.Uri, 1999));
        Assert.Equal(2000, (await GetAsync(Local(), peer.Uri, 2000))?.Length);
        Assert.Contains(log.Lines, line => line.Contains("more than 1999 bytes", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_body_without_end_or_with_too_many_headers_is_given_up()
    {
        await using var endless = Peer.Dripping("HTTP/1.1 200 OK\r\n\r\n" + new string(' ', 5000));
        await using var headers = Peer.Answering("200 OK", string.Concat(Enumerable.Range(0, 40).Select(i => $"X-{i}: {new string('a', 1000)}\r\n")), Body);
        Assert.Null(await GetAsync(Local(), endless.Uri));
        Assert.Null(await GetAsync(Local(), headers.Uri));
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nX-Slow: ")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n")]
    public async Task Whoever_sends_a_byte_now_and_then_is_not_waited_for(string first)
    {
        await using var peer = Peer.Dripping(first);
        var watch = Stopwatch.StartNew();
        Assert.Null(await GetAsync(Local(TimeSpan.FromSeconds(0.3)), peer.Uri, 10_000));
        Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(0.25), TimeSpan.FromSeconds(4));
        Assert.Contains(log.Lines, line => line.Contains("it took more than 0.3 seconds", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Whoever_is_not_there_or_speaks_no_HTTP_or_no_TLS_is_a_line_in_the_log()
    {
        var gone = Peer.Answering("200 OK", "", Body);
        await gone.DisposeAsync();
        Assert.Null(await GetAsync(Local(), gone.Uri));
        await using var peer = Peer.Answering("nonsense", "", "");
        Assert.Null(await GetAsync(Local(), peer.Uri));
        Assert.Null(await GetAsync(Local(TimeSpan.FromSeconds(0.5)), new Uri($"https://127.0.0.1:{peer.Port}/jwks")));
        Assert.Equal(3, log.Lines.Count);
        Assert.All(log.Lines, line => Assert.Contains("/jwks", line));
        Assert.DoesNotContain(log.Lines, line => line.Contains("tenant", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_caller_who_has_gone_is_told_nothing()
    {
        await using var peer = Peer.Dripping("");
        using var gone = new CancellationTokenSource(TimeSpan.FromSeconds(0.1));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Local().GetAsync(peer.Uri, 100, gone.Token));
        Assert.Empty(log.Lines);
    }

    [Theory]
    [InlineData("http://app.example/")]
    [InlineData("http://127.0.0.1/")]
    [InlineData("http://localhost/")]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://localhost/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://[::ffff:127.0.0.1]/")]
    [InlineData("https://169.254.169.254/metadata/instance")]
    [InlineData("https://168.63.129.16/")]
    [InlineData("https://user:password@app.example/")]
    [InlineData("https://app.example/#fragment")]
    [InlineData("ftp://app.example/")]
    [InlineData("file:///etc/passwd")]
    public async Task A_URL_that_shows_what_it_is_is_not_even_looked_up(string url)
    {
        var calls = new Calls(Public);
        Assert.Null(await GetAsync(Deployed(calls), new Uri(url)));
        Assert.Equal((0, 0), (calls.LookedUp, calls.Connected.Count));
        Assert.DoesNotContain(log.Lines, line => line.Contains("password", StringComparison.Ordinal));
    }

    public static TheoryData<string> Inside =>
        [
            "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254", "168.63.129.16", "0.0.0.0", "224.0.0.1",
            "255.255.255.255", "::", "::1", "fe80::1", "fd00::1", "ff02::1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe",
            "2002:a00:1::1", "::10.0.0.1",
        ];

    [Theory]
    [MemberData(nameof(Inside))]
    public async Task A_name_that_leads_inside_if_only_in_part_is_not_connected_to(string address)
    {
        var inside = IPAddress.Parse(address);
        foreach (var addresses in new IPAddress[][] { [inside], [inside, Public], [Public, inside] })
        {
            var calls = new Calls(addresses);
            Assert.Null(await GetAsync(Deployed(calls), new Uri("https://app.example:8443/jwks")));
            using var content = new StringContent("{}");
            Assert.Null(await Deployed(calls).PostAsync(new Uri("https://app.example/ping"), content, null, default));
            Assert.Equal((2, 0), (calls.LookedUp, calls.Connected.Count));
        }
        Assert.All(log.Lines, line => Assert.Contains("not public", line));
    }

    [Fact]
    public async Task The_address_that_is_connected_to_is_the_one_that_was_judged()
    {
        // A name server that answers with a public address first, and with one inside from then on.
        var calls = new Calls(Public) { Later = [IPAddress.Parse("169.254.169.254")] };
        var outbound = Deployed(calls);
        Assert.Null(await GetAsync(outbound, new Uri("https://app.example:8443/jwks")));
        Assert.Equal((1, $"{Public}:8443"), (calls.LookedUp, Assert.Single(calls.Connected)));
        Assert.Null(await GetAsync(outbound, new Uri("https://app.example:8443/jwks")));
        Assert.Equal((2, 1), (calls.LookedUp, calls.Connected.Count));
    }

    [Fact]
    public async Task A_name_of_nobody_is_a_line_in_the_log()
    {
        Assert.Null(await GetAsync(Deployed(new Calls()), new Uri("https://app.example/jwks")));
        Assert.Null(await GetAsync(new Outbound(Options("https://login.example"), Logger), new Uri("https://nobody.invalid/jwks")));
        Assert.Equal(2, log.Lines.Count);
    }

    [Fact]
    public async Task A_server_on_this_machine_alone_still_calls_no_other_private_address()
    {
        Assert.Null(await GetAsync(Local(), new Uri("http://10.0.0.1/jwks")));
        var calls = new Calls(IPAddress.Loopback, IPAddress.Parse("10.0.0.1"));
        var outbound = new Outbound(Options("http://localhost:7071"), Logger, calls.Connections(allowsLoopback: true));
        Assert.Null(await GetAsync(outbound, new Uri("https://app.example/jwks")));
        Assert.Empty(calls.Connected);
    }

    public void Dispose() => log.Dispose();

    private static IPAddress Public { get; } = IPAddress.Parse("198.41.0.4");

    private ILogger Logger => log.CreateLogger("Postern");

    private Outbound Local(TimeSpan? patience = null) => new(Options("http://localhost:7071"), Logger, null, patience);

    private Outbound Deployed(Calls calls) => new(Options("https://login.example"), Logger, calls.Connections(allowsLoopback: false));

    private static ServerOptions Options(string issuer) => new() { Issuer = issuer, Storage = "UseDevelopmentStorage=true" };

    private static async Task<string?> GetAsync(Outbound outbound, Uri uri, int maxBytes = 1000) =>
        await outbound.GetAsync(uri, maxBytes, TestContext.Current.CancellationToken) is { } body ? System.Text.Encoding.UTF8.GetString(body) : null;

    /// <summary>A name server, and a network on which nobody answers.</summary>
    private sealed class Calls(params IPAddress[] addresses)
    {
        public IPAddress[]? Later { get; init; }

        public int LookedUp { get; private set; }

        public List<string> Connected { get; } = [];

        public OutboundConnections Connections(bool allowsLoopback) =>
            new(
                allowsLoopback,
                (_, _) => Task.FromResult(LookedUp++ == 0 ? addresses : Later ?? addresses),
                (to, port, _) =>
                {
                    Connected.AddRange(to.Select(address => $"{address}:{port}"));
                    throw new IOException("nobody answers");
                }
            );
    }
}

using System.Net;
using Postern.Protocol;

namespace Postern.Tests;

/// <summary>Keys that a client publishes: fetched seldom, and never from where a stranger must not lead this server.</summary>
public sealed class JwksUriTests
{
    [Fact, Spec("OIDC Core", "10.1.1")]
    public async Task Keys_are_fetched_once_and_again_for_one_that_is_not_among_them_but_once_a_minute_at_most()
    {
        await using var server = await LocalAsync();
        var (first, second, third) = (new KeyPair("EC", "1"), new KeyPair("EC", "2"), new KeyPair("EC", "3"));
        var published = KeyPair.Jwks(first);
        await using var app = Peer.Serving((_, _) => published);
        await AddAsync(server, "app-keys", app.Uri);

        Assert.Equal(HttpStatusCode.OK, await AskAsync(server, "app-keys", first));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(server, "app-keys", first));
        Assert.Equal(1, app.Connections);

        published = KeyPair.Jwks(first, second);
        Assert.Equal(HttpStatusCode.BadRequest, await AskAsync(server, "app-keys", second));
        Assert.Equal(1, app.Connections);
        server.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(server, "app-keys", second));
        Assert.Equal(2, app.Connections);
        for (var i = 0; i < 5; i++)
            Assert.Equal(HttpStatusCode.BadRequest, await AskAsync(server, "app-keys", third));
        Assert.Equal(2, app.Connections);
    }

    [Fact]
    public async Task A_key_that_is_taken_back_counts_for_minutes_and_no_longer()
    {
        await using var server = await LocalAsync();
        var (lost, next) = (new KeyPair("EC", "1"), new KeyPair("EC", "2"));
        var published = KeyPair.Jwks(lost);
        await using var app = Peer.Serving((_, _) => published);
        await AddAsync(server, "app-keys", app.Uri);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(server, "app-keys", lost));
        published = KeyPair.Jwks(next);
        server.Clock.Advance(TimeSpan.FromMinutes(10));
        // Known to be old: read again while who has a key of before goes on.
        await AskAsync(server, "app-keys", lost);
        await UntilAsync(() => app.Connections == 2);
        await UntilAsync(async () => await AskAsync(server, "app-keys", lost) == HttpStatusCode.BadRequest);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(server, "app-keys", next));
    }

    [Fact]
    public async Task What_was_read_last_serves_for_a_day_where_the_URL_is_dead()
    {
        await using var server = await LocalAsync();
        string? published = KeyPair.Jwks(KeyPair.Ec);
        await using var app = Peer.Serving((_, _) => published);
        await AddAsync(server, "app-keys", app.Uri);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(server, "app-keys", KeyPair.Ec));
        foreach (var dead in new[] { null, "nonsense", "{}", """{"keys":[]}""", """{"keys":[{"kty":"oct","k":"AAAA"}]}""" })
        {
            published = dead;
            server.Clock.Advance(TimeSpan.FromHours(4));
            Assert.Equal(HttpStatusCode.OK, await AskAsync(server, "app-keys", KeyPair.Ec));
        }
        server.Clock.Advance(TimeSpan.FromHours(4));
        Assert.Equal(HttpStatusCode.BadRequest, await AskAsync(server, "app-keys", KeyPair.Ec));
        Assert.Contains(server.Log.Lines, line => line.Contains("is not a JWK Set", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_URL_that_hangs_holds_up_nobody_else_and_is_asked_once_a_minute()
    {
        await using var server = await LocalAsync();
        await using var hanging = Peer.Dripping("");
        await AddAsync(server, "hanging", hanging.Uri);
        await server.AddKeyClientAsync(AssertionRequests.KeyClient("quick", server.Clock.Now, KeyPair.Ec));
        var held = Enumerable.Range(0, 8).Select(_ => AskAsync(server, "hanging", KeyPair.Ec)).ToList();
        await UntilAsync(() => hanging.Connections == 1);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(server, "quick", KeyPair.Ec).WaitAsync(TimeSpan.FromSeconds(4)));
        Assert.All(await Task.WhenAll(held), status => Assert.Equal(HttpStatusCode.BadRequest, status));
        Assert.Equal(HttpStatusCode.BadRequest, await AskAsync(server, "hanging", KeyPair.Ec));
        Assert.Equal(1, hanging.Connections);
    }

    [Fact]
    public async Task A_deployed_server_fetches_from_no_machine_of_its_own()
    {
        await using var server = await AuthServer.StartAsync();
        await using var app = Peer.Serving((_, _) => KeyPair.Jwks(KeyPair.Ec));
        await AddAsync(server, "app-keys", app.Uri);
        Assert.Equal("invalid_client", (await server.AssertAsync(KeyPair.Ec.Sign(server.Claims("app-keys")))).Error);
        Assert.Equal(0, app.Connections);
    }

    internal static Task<AuthServer> LocalAsync() => AuthServer.StartAsync(options => options with { Issuer = Local });

    internal const string Local = "http://localhost:7071";

    private static Task<Client> AddAsync(AuthServer server, string clientId, Uri jwksUri) =>
        server.AddKeyClientAsync(AssertionRequests.KeyClient(clientId, server.Clock.Now, new KeySource { JwksUri = jwksUri.ToString() }));

    private static async Task<HttpStatusCode> AskAsync(AuthServer server, string clientId, KeyPair key) =>
        (await server.AssertAsync(key.Sign(server.Claims(clientId, ("aud", Local))))).Status;

    private static Task UntilAsync(Func<bool> holds) => UntilAsync(() => Task.FromResult(holds()));

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        for (var tries = 0; !await holds(); tries++)
        {
            Assert.True(tries < 100, "it never came to be");
            await Task.Delay(20);
        }
    }
}

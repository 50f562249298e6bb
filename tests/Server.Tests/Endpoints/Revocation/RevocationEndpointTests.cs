using System.Net;
using Azure.Core;

namespace Postern.Tests;

[Rfc(7009, "2")]
public class RevocationEndpointTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly AuthServer server = shared.Server;

    [Theory]
    [InlineData("own")]
    [InlineData("app")]
    public async Task A_refresh_token_takes_its_access_tokens_with_it(string clientId)
    {
        var flow = new Flow(server, clientId);
        var tokens = await flow.TokensAsync(await server.SignedInAsync());
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync("/revoke", clientId, ("token", tokens.RefreshToken))).Status);
        Assert.Equal("invalid_grant", (await flow.RefreshAsync(tokens.RefreshToken)).Error);
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.GetAsync("/userinfo", tokens.AccessToken)).Status);
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync("/revoke", clientId, ("token", tokens.RefreshToken))).Status);
    }

    [Fact]
    public async Task An_access_token_goes_alone()
    {
        var flow = new Flow(server, "own");
        var tokens = await flow.TokensAsync();
        var second = await flow.RefreshAsync(tokens.RefreshToken);
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync("/revoke", "own", ("token", tokens.AccessToken))).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.GetAsync("/userinfo", tokens.AccessToken)).Status);
        Assert.Equal("""{"active":false}""", (await server.PostAsync("/introspect", "own", ("token", tokens.AccessToken))).Body);
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/userinfo", second.AccessToken)).Status);
        Assert.Equal(HttpStatusCode.OK, (await flow.RefreshAsync(tokens.RefreshToken)).Status);
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync("/revoke", "own", ("token", tokens.AccessToken))).Status);
    }

    [Fact]
    public async Task Each_access_token_of_a_grant_goes_alone_whichever_expires_first()
    {
        await using var own = await AuthServer.StartAsync();
        var flow = new Flow(own, "own");
        var tokens = new List<Answer> { await flow.TokensAsync() };
        for (var i = 0; i < 3; i++)
        {
            own.Clock.Advance(TimeSpan.FromSeconds(10));
            tokens.Add(await flow.RefreshAsync(tokens[0].RefreshToken));
        }
        foreach (var revoked in new[] { 2, 0 })
            await own.PostAsync("/revoke", "own", ("token", tokens[revoked].AccessToken));
        var answers = tokens.Select(async issued => (await own.PostAsync("/introspect", "own", ("token", issued.AccessToken))).Json);
        Assert.Equal([false, true, false, true], (await Task.WhenAll(answers)).Select(json => json.GetProperty("active").GetBoolean()));
    }

    [Fact]
    public async Task A_revocation_that_breaks_off_half_way_is_told_as_such_and_done_by_the_next_try()
    {
        await using var own = await AuthServer.StartAsync();
        var tokens = await new Flow(own, "own").TokensAsync();
        own.Outage.Of = request => request.Method == RequestMethod.Put;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await own.PostAsync("/revoke", "own", ("token", tokens.AccessToken))).Status);
        own.Outage.Of = null;
        Assert.Equal(HttpStatusCode.OK, (await own.GetAsync("/userinfo", tokens.AccessToken)).Status);
        Assert.Equal(HttpStatusCode.OK, (await own.PostAsync("/revoke", "own", ("token", tokens.AccessToken))).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await own.GetAsync("/userinfo", tokens.AccessToken)).Status);
    }

    [Fact]
    public async Task A_refresh_while_access_tokens_are_revoked_is_not_lost_nor_are_they()
    {
        await using var own = await AuthServer.StartAsync();
        var flow = new Flow(own, "rotating");
        var tokens = await flow.TokensAsync(await own.SignedInAsync());
        for (var i = 0; i < 20; i++)
        {
            own.Clock.Advance(TimeSpan.FromSeconds(10));
            var revoking = own.PostAsync("/revoke", "rotating", ("token", tokens.AccessToken));
            var next = await flow.RefreshAsync(tokens.RefreshToken);
            Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (next.Status, (await revoking).Status));
            Assert.Equal(HttpStatusCode.Unauthorized, (await own.GetAsync("/userinfo", tokens.AccessToken)).Status);
            tokens = next;
        }
        Assert.Equal(HttpStatusCode.OK, (await own.GetAsync("/userinfo", tokens.AccessToken)).Status);
    }

    [Fact]
    public async Task A_client_credentials_token_can_be_revoked()
    {
        var token = (await server.PostAsync("/token", "web", ("grant_type", "client_credentials"))).AccessToken;
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync("/revoke", "web", ("token", token))).Status);
        Assert.Equal("""{"active":false}""", (await server.PostAsync("/introspect", "web", ("token", token))).Body);
    }

    [Fact, Rfc(7009, "2.1")]
    public async Task A_replaced_refresh_token_still_revokes_its_family()
    {
        var flow = new Flow(server, "rotating");
        var first = (await flow.TokensAsync(await server.SignedInAsync())).RefreshToken;
        var third = (await flow.RefreshAsync((await flow.RefreshAsync(first)).RefreshToken)).RefreshToken;
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync("/revoke", "rotating", ("token", first))).Status);
        Assert.Equal("invalid_grant", (await flow.RefreshAsync(third)).Error);
    }

    [Fact, Rfc(7009, "2.1")]
    public async Task Another_clients_token_is_refused_and_stays_good()
    {
        var flow = new Flow(server, "own");
        var tokens = await flow.TokensAsync();
        foreach (var token in new[] { tokens.RefreshToken, tokens.AccessToken })
            Assert.Equal("invalid_grant", (await server.PostAsync("/revoke", "other", ("token", token))).Error);
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/userinfo", tokens.AccessToken)).Status);
        Assert.Equal(HttpStatusCode.OK, (await flow.RefreshAsync(tokens.RefreshToken)).Status);
    }

    [Theory, Rfc(7009, "2.2")]
    [InlineData("x", null)]
    [InlineData("prt_x", "refresh_token")]
    [InlineData("a.b.c", "access_token")]
    [InlineData("x", "unknown_hint")]
    public async Task An_unknown_token_is_no_error(string token, string? hint)
    {
        var answer = await server.PostAsync("/revoke", "web", [("token", token), .. hint is null ? [] : new[] { ("token_type_hint", hint) }]);
        Assert.Equal((HttpStatusCode.OK, "{}", "application/json"), (answer.Status, answer.Body, answer.Header("Content-Type")));
    }

    [Fact, Rfc(7009, "2.1")]
    public async Task A_wrong_hint_does_not_hinder()
    {
        var flow = new Flow(server, "own");
        var tokens = await flow.TokensAsync();
        await server.PostAsync("/revoke", "own", ("token", tokens.RefreshToken), ("token_type_hint", "access_token"));
        Assert.Equal("invalid_grant", (await flow.RefreshAsync(tokens.RefreshToken)).Error);
    }

    [Fact, Rfc(7009, "2.1")]
    public async Task A_missing_token_is_an_invalid_request() => Assert.Equal("invalid_request", (await server.PostAsync("/revoke", "web")).Error);
}

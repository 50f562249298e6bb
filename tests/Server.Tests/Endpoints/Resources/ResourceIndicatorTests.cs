using System.Net;
using Postern.Protocol;
using static Postern.Tests.SomeResources;

namespace Postern.Tests;

[Rfc(8707, "2")]
public sealed class ResourceIndicatorTests(SharedServer shared) : IClassFixture<SharedServer>, IAsyncLifetime
{
    private readonly AuthServer server = shared.Server;

    public async ValueTask InitializeAsync() => await server.AddResourcesAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact, Rfc(8707, "2.1"), Rfc(9068, "3")]
    public async Task A_token_for_a_resource_is_for_it_alone_with_its_scopes_lifetime_and_algorithm()
    {
        var tokens = await new Flow(server, "own").TokensAsync(("resource", Orders));
        var claims = Jwt.Claims(tokens.AccessToken);
        Assert.Equal((Orders, "api:read"), (claims.GetProperty("aud").GetString(), claims.GetProperty("scope").GetString()));
        Assert.Equal(("api:read", 300), (tokens.Text("scope"), tokens.Json.GetProperty("expires_in").GetInt32()));
        Assert.Equal("ES256", Jwt.Header(tokens.AccessToken).GetProperty("alg").GetString());
        Assert.True((await Jwt.VerifyAsync(server, tokens.AccessToken, Orders, "at+jwt")).IsValid);
        // It is still OpenID Connect, by the client's own algorithm.
        Assert.Equal("RS256", Jwt.Header(tokens.Text("id_token")!).GetProperty("alg").GetString());
        Assert.Equal("Alice Example", Jwt.Claims(tokens.Text("id_token")!).GetProperty("name").GetString());
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.GetAsync("/userinfo", tokens.AccessToken)).Status);
    }

    [Fact, Rfc(8707, "2.2")]
    public async Task Of_several_that_were_granted_each_token_is_for_the_one_that_is_named()
    {
        var flow = new Flow(server, "own", scope: "openid profile api:read api:write");
        var code = await CodeAsync(flow, Orders, Bills, AuthServer.Issuer);
        Assert.Equal("invalid_target", (await flow.RedeemAsync(code)).Error);
        Assert.Equal("invalid_target", (await flow.RedeemAsync(code, ("resource", Orders), ("resource", Bills))).Error);
        Assert.Equal("invalid_target", (await flow.RedeemAsync(code, ("resource", "https://admin.example"))).Error);
        // Nothing of that was to present the code.
        var first = await flow.RedeemAsync(code, ("resource", Orders));
        Assert.Equal((Orders, "api:read api:write"), For(first));
        var second = await flow.RefreshAsync(first.RefreshToken, ("resource", Bills));
        Assert.Equal((Bills, "api:read"), For(second));
        Assert.Equal("RS256", Jwt.Header(second.AccessToken).GetProperty("alg").GetString());
        Assert.Equal("invalid_target", (await flow.RefreshAsync(first.RefreshToken)).Error);
        Assert.Equal("invalid_scope", (await flow.RefreshAsync(first.RefreshToken, ("resource", Bills), ("scope", "api:write"))).Error);

        var userInfo = await flow.RefreshAsync(first.RefreshToken, ("resource", AuthServer.Issuer));
        // The issuer is what the tokens of this client are for anyway, with all of its scopes.
        Assert.Equal((AuthServer.Issuer, "api:read api:write openid profile"), For(userInfo));
        Assert.Equal("Alice Example", (await server.GetAsync("/userinfo", userInfo.AccessToken)).Text("name"));
    }

    [Fact, Rfc(8707, "2.2")]
    public async Task What_was_not_granted_is_not_to_be_had_at_the_token_endpoint()
    {
        var flow = new Flow(server, "own");
        var code = await flow.CodeAsync(await server.SignedInAsync());
        Assert.Equal("invalid_target", (await flow.RedeemAsync(code, ("resource", Orders))).Error);
        // It is what the token is for anyway.
        var tokens = await flow.RedeemAsync(code, ("resource", AuthServer.Issuer));
        Assert.Equal((AuthServer.Issuer, "api:read email openid profile"), For(tokens));
        Assert.Equal("invalid_target", (await flow.RefreshAsync(tokens.RefreshToken, ("resource", Orders))).Error);
    }

    [Fact]
    public async Task Without_a_resource_everything_is_as_it_was()
    {
        var tokens = await new Flow(server, "own").TokensAsync();
        Assert.Equal((AuthServer.Issuer, "api:read email openid profile"), For(tokens));
        Assert.Equal(900, tokens.Json.GetProperty("expires_in").GetInt32());
    }

    [Theory, Rfc(8707, "2")]
    [InlineData("https://nobody.example")]
    [InlineData("https://admin.example")]
    [InlineData("https://orders.example/")]
    [InlineData("https://orders.example#")]
    [InlineData("orders")]
    [InlineData("/orders")]
    [InlineData("javascript:alert(1)")]
    public async Task What_is_no_resource_of_the_clients_is_an_invalid_target(string resource)
    {
        var browser = await server.AuthorizeAsync("own", ("resource", resource));
        Assert.Equal(("invalid_target", "the-state", null), (browser.Sent("error"), browser.Sent("state"), browser.Sent("code")));
        var answer = await MachineAsync("web", ("resource", resource));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_target"), (answer.Status, answer.Error));
    }

    [Fact]
    public async Task An_unreadable_resource_is_an_invalid_request()
    {
        var browser = await (await server.SignedInAsync()).GoAsync(new Flow(server, "own").Url(("resource", Orders)) + "&resource=%FF");
        Assert.Equal("invalid_request", browser.Sent("error"));
    }

    [Fact, Rfc(8707, "2.2")]
    public async Task A_machine_names_the_resource_of_each_token()
    {
        Assert.Equal((Orders, "api:read api:write"), For(await MachineAsync("web", ("resource", Orders))));
        Assert.Equal((Bills, "api:read"), For(await MachineAsync("web", ("resource", Bills))));
        Assert.Equal((Orders, "api:write"), For(await MachineAsync("web", ("resource", Orders), ("scope", "api:write"))));
        Assert.Equal("invalid_scope", (await MachineAsync("web", ("resource", Bills), ("scope", "api:write"))).Error);
        Assert.Equal("invalid_target", (await MachineAsync("web", ("resource", Bills), ("resource", Orders))).Error);
        Assert.Equal((AuthServer.Issuer, "api:read api:write"), For(await MachineAsync("web")));
    }

    [Fact]
    public async Task A_client_may_name_what_its_tokens_are_for_anyway_registered_or_not()
    {
        const string audience = "https://mcp.example/";
        await server.AddClientAsync(TestClients.Confidential("mcp", server.Clock.Now) with { Audience = audience, RequireConsent = false });
        var flow = new Flow(server, "mcp", scope: "openid api:read");
        var code = await flow.CodeAsync(await server.SignedInAsync(), ("resource", audience));
        var tokens = await flow.RedeemAsync(code, ("resource", audience));
        Assert.Equal((audience, "api:read openid"), For(tokens));
        Assert.Equal((audience, "api:read openid"), For(await flow.RefreshAsync(tokens.RefreshToken, ("resource", audience))));
    }

    [Fact, Rfc(7662, "4")]
    public async Task Only_who_serves_the_resource_learns_of_its_tokens()
    {
        var tokens = new[] { await new Flow(server, "own").TokensAsync(("resource", Orders)), await MachineAsync("own", ("resource", Orders)) };
        foreach (var token in tokens.Select(answer => answer.AccessToken))
        {
            Assert.True(await ActiveAsync("orders-api", token));
            foreach (var other in new[] { "own", "bills-api", "api", "other" })
                Assert.False(await ActiveAsync(other, token));
        }
        Assert.True(await ActiveAsync("own", tokens[0].RefreshToken));
        Assert.False(await ActiveAsync("orders-api", tokens[0].RefreshToken));
    }

    [Fact]
    public async Task Consent_is_given_for_a_resource_in_its_words_and_for_no_other()
    {
        var browser = await server.AuthorizeAsync("other", ("scope", "openid api:read"), ("resource", Orders));
        Assert.Contains("<bdi>Read your orders</bdi> (<strong><bdi>Orders</bdi></strong>)", browser.Page!.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("<code>api:read</code>", browser.Page.Body, StringComparison.Ordinal);
        await browser.ConsentAsync();
        Assert.NotNull(browser.Sent("code"));
        Assert.NotNull((await SilentAsync("openid api:read", Orders)).Sent("code"));
        Assert.Equal("consent_required", (await SilentAsync("openid api:read", Bills)).Sent("error"));
        Assert.Equal("consent_required", (await SilentAsync("openid api:read api:write", Orders)).Sent("error"));
        Assert.Equal("consent_required", (await SilentAsync("openid api:read", null)).Sent("error"));
        await (await server.AuthorizeAsync("other", ("scope", "openid api:read"), ("resource", Bills))).ConsentAsync();
        Assert.NotNull((await SilentAsync("openid api:read", Orders)).Sent("code"));
        Assert.NotNull((await SilentAsync("openid api:read", Bills)).Sent("code"));
    }

    [Fact]
    public async Task The_words_are_there_for_a_client_whose_audience_the_resource_is_though_it_names_none()
    {
        await server.AddClientAsync(TestClients.Confidential("bound", server.Clock.Now) with { Audience = Orders });
        var browser = await server.AuthorizeAsync("bound", ("scope", "api:write"));
        Assert.Contains("<bdi>Place orders</bdi>", browser.Page!.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_resource_that_is_gone_is_gone_for_refresh_tokens_too()
    {
        await using var own = await AuthServer.StartAsync(options => options with { ClientCache = TimeSpan.Zero });
        await own.AddResourcesAsync();
        var flow = new Flow(own, "own");
        var tokens = await flow.TokensAsync(("resource", Orders));
        await own.ChangeClientAsync("own", client => client with { Scope = Scope.TryParse("openid email")! });
        Assert.Equal("invalid_target", (await flow.RefreshAsync(tokens.RefreshToken)).Error);
        await own.ChangeClientAsync("own", client => client with { Scope = Scope.TryParse("openid api:read")! });
        Assert.Equal((Orders, "api:read"), For(await flow.RefreshAsync(tokens.RefreshToken)));
        await own.RemoveResourceAsync(Orders);
        Assert.Equal("invalid_target", (await flow.RefreshAsync(tokens.RefreshToken)).Error);
    }

    [Fact]
    public async Task A_refused_resource_is_explained_in_the_log()
    {
        await server.AuthorizeAsync("own", ("resource", "https://nobody.example"));
        await server.AuthorizeAsync("own", ("resource", "https://admin.example"));
        await server.AuthorizeAsync("own", ("resource", Orders), ("scope", "openid"));
        Explained("client own asked for resource 'https://nobody.example'", "postern resource list");
        Explained("none of the scopes of resource https://admin.example, admin", "postern client set own --scope");
        Explained($"client own asked for resource {Orders} with scope 'openid'", "api:read api:write");

        void Explained(string what, string mended) =>
            Assert.Contains(server.Log.Lines, line => line.Contains(what, StringComparison.Ordinal) && line.Contains(mended, StringComparison.Ordinal));
    }

    private Task<Answer> MachineAsync(string client, params (string, string)[] parameters) =>
        server.PostAsync("/token", client, [("grant_type", "client_credentials"), .. parameters]);

    private Task<Browser> SilentAsync(string scope, string? resource) =>
        server.AuthorizeAsync("other", ("scope", scope), ("resource", resource), ("prompt", "none"));

    private async Task<string> CodeAsync(Flow flow, params string[] resources)
    {
        var all = string.Concat(resources.Select(one => $"&resource={Uri.EscapeDataString(one)}"));
        return (await (await server.SignedInAsync()).GoAsync(flow.Url() + all)).Sent("code")!;
    }

    private async Task<bool> ActiveAsync(string client, string token) =>
        (await server.PostAsync("/introspect", client, ("token", token))).Json.GetProperty("active").GetBoolean();

    private static (string?, string?) For(Answer answer) =>
        Jwt.Claims(answer.AccessToken) is var claims ? (claims.GetProperty("aud").GetString(), claims.GetProperty("scope").GetString()) : default;
}

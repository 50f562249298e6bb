using System.Net;
using Postern.Protocol;

namespace Postern.Tests;

[Rfc(7662, "2")]
public class IntrospectionEndpointTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly AuthServer server = shared.Server;

    [Fact, Rfc(7662, "2.2")]
    public async Task A_resource_server_learns_of_tokens_for_its_audience()
    {
        var tokens = await new Flow(server, "own").TokensAsync();
        var answer = await server.PostAsync("/introspect", "api", ("token", tokens.AccessToken), ("token_type_hint", "access_token"));
        Assert.True(Active(answer));
        Assert.Equal((AuthServer.Subject, "own"), (answer.Text("sub"), answer.Text("client_id")));
        Assert.Equal((AuthServer.Issuer, "Bearer"), (answer.Text("aud"), answer.Text("token_type")));
        Assert.Equal((AuthServer.Login, "api:read email openid profile"), (answer.Text("username"), answer.Text("scope")));
        Assert.Equal("no-store", answer.Header("Cache-Control"));
    }

    [Fact, Rfc(7662, "5")]
    public async Task The_login_name_is_for_those_who_may_see_the_profile()
    {
        var tokens = await new Flow(server, "own", scope: "openid api:read").TokensAsync();
        var answer = await server.PostAsync("/introspect", "api", ("token", tokens.AccessToken));
        Assert.True(Active(answer));
        Assert.False(answer.Json.TryGetProperty("username", out _));
    }

    [Fact]
    public async Task Tokens_of_a_client_that_was_removed_count_no_more()
    {
        await using var own = await AuthServer.StartAsync();
        var tokens = await new Flow(own, "own").TokensAsync();
        await own.RemoveClientAsync("own");
        own.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.False(Active(await own.PostAsync("/introspect", "api", ("token", tokens.AccessToken))));
        Assert.Equal(HttpStatusCode.Unauthorized, (await own.GetAsync("/userinfo", tokens.AccessToken)).Status);
    }

    [Theory, Rfc(9700, "2.2.1")]
    [InlineData(-20)]
    [InlineData(0)]
    [InlineData(3)]
    public async Task What_was_granted_to_a_client_of_the_same_name_before_is_not_the_new_ones(int operatorsClock)
    {
        await using var own = await AuthServer.StartAsync(options => options with { ClientCache = TimeSpan.Zero });
        var (first, second) = (new Flow(own, "spa"), new Flow(own, "spa"));
        var tokens = await first.TokensAsync(await (await own.AuthorizeAsync("spa")).ConsentAsync());
        var code = await second.CodeAsync(await own.SignedInAsync());
        Assert.NotNull((await own.AuthorizeAsync("spa", ("prompt", "none"))).Sent("code"));

        await own.RemoveClientAsync("spa");
        await own.AddClientAsync(TestClients.Public("spa", own.Clock.Now.AddMinutes(operatorsClock), TestClients.SpaCallback));
        Assert.Equal("invalid_grant", (await first.RefreshAsync(tokens.RefreshToken)).Error);
        Assert.Equal("invalid_grant", (await second.RedeemAsync(code)).Error);
        Assert.Equal(HttpStatusCode.Unauthorized, (await own.GetAsync("/userinfo", tokens.AccessToken)).Status);
        Assert.Equal("consent_required", (await own.AuthorizeAsync("spa", ("prompt", "none"))).Sent("error"));
    }

    [Fact, Rfc(7662, "2.2")]
    public async Task A_refresh_token_is_worth_what_its_client_is_still_registered_for()
    {
        await using var own = await AuthServer.StartAsync(options => options with { ClientCache = TimeSpan.Zero });
        var flow = new Flow(own, "own");
        var token = (await flow.TokensAsync()).RefreshToken;
        await own.ChangeClientAsync("own", client => client with { Scope = Scope.TryParse("openid profile")! });
        var narrowed = await own.PostAsync("/introspect", "own", ("token", token));
        Assert.Equal(("openid profile", "openid profile"), (narrowed.Text("scope"), (await flow.RefreshAsync(token)).Text("scope")));
        await own.ChangeClientAsync("own", client => client with { Scope = Scope.TryParse("other")! });
        Assert.False(Active(await own.PostAsync("/introspect", "own", ("token", token))));
        await own.ChangeClientAsync("own", client => client with { Scope = Scope.TryParse("openid")!, GrantTypes = [GrantTypes.AuthorizationCode] });
        Assert.False(Active(await own.PostAsync("/introspect", "own", ("token", token))));
    }

    [Fact, Rfc(7662, "4")]
    public async Task A_token_for_another_audience_is_not_active()
    {
        await server.AddClientAsync(TestClients.Confidential("elsewhere", server.Clock.Now) with { ProtectedResource = "https://elsewhere.example" });
        var tokens = await new Flow(server, "own").TokensAsync();
        await Inactive("elsewhere", tokens.AccessToken);
    }

    [Fact]
    public async Task A_client_learns_of_its_own_tokens_and_no_others()
    {
        var tokens = await new Flow(server, "own").TokensAsync();
        Assert.True(Active(await server.PostAsync("/introspect", "own", ("token", tokens.AccessToken))));
        Assert.True(Active(await server.PostAsync("/introspect", "own", ("token", tokens.RefreshToken), ("token_type_hint", "refresh_token"))));
        await Inactive("other", tokens.AccessToken);
        await Inactive("other", tokens.RefreshToken);
        await Inactive("api", tokens.RefreshToken);
    }

    [Fact, Rfc(7662, "2.1")]
    public async Task A_public_client_cannot_introspect()
    {
        var tokens = await new Flow(server, "app").TokensAsync(await server.SignedInAsync());
        var answer = await server.PostAsync("/introspect", "app", ("token", tokens.AccessToken));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_client"), (answer.Status, answer.Error));
    }

    [Theory, Rfc(7662, "2.2")]
    [InlineData("x")]
    [InlineData("prt_x")]
    [InlineData("a.b.c")]
    [InlineData("pac_AAAA")]
    public Task An_unknown_token_is_not_active(string token) => Inactive("web", token);

    [Fact]
    public async Task Codes_and_ID_tokens_are_not_active()
    {
        var flow = new Flow(server, "own");
        await Inactive("own", await flow.CodeAsync(await server.SignedInAsync()));
        await Inactive("own", (await flow.TokensAsync()).Text("id_token")!);
    }

    [Fact]
    public async Task A_missing_token_is_an_invalid_request() =>
        Assert.Equal("invalid_request", (await server.PostAsync("/introspect", "web")).Error);

    [Fact]
    public async Task A_client_credentials_token_is_active_until_it_expires()
    {
        await using var own = await AuthServer.StartAsync();
        var token = (await own.PostAsync("/token", "web", ("grant_type", "client_credentials"))).AccessToken;
        Assert.True(Active(await own.PostAsync("/introspect", "api", ("token", token))));
        own.Clock.Advance(TimeSpan.FromMinutes(15));
        Assert.False(Active(await own.PostAsync("/introspect", "api", ("token", token))));
    }

    private async Task Inactive(string clientId, string token) =>
        Assert.Equal("""{"active":false}""", (await server.PostAsync("/introspect", clientId, ("token", token))).Body);

    private static bool Active(Answer answer) => answer.Json.GetProperty("active").GetBoolean();
}

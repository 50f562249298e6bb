using System.Net;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Postern.Tests;

/// <summary>What most people and clients do all day, by the same tests wherever the server runs.</summary>
public abstract class MainPathTests
{
    protected abstract RemoteServer Server { get; }

    [Conformance("oidcc-server")]
    [Fact, Rfc(6749, "4.1")]
    public async Task Signing_in_and_consenting_gets_a_code_and_tokens_that_verify_by_the_published_keys()
    {
        var flow = new Flow(Server, "web");
        var browser = await Server.Browser().GoAsync(flow.Url());
        Assert.True(browser.Shows("signin-form"));
        await browser.SignInAsync();
        var tokens = await flow.RedeemAsync(await flow.CodeAsync(browser));
        Assert.Equal(HttpStatusCode.OK, tokens.Status);
        var keys = new JsonWebKeySet((await Server.GetAsync("/jwks")).Body).GetSigningKeys();
        var expected = new TokenValidationParameters
        {
            IssuerSigningKeys = keys,
            ValidIssuer = RemoteServer.Issuer,
            ValidateAudience = false,
            ValidTypes = ["at+jwt"],
            ValidateLifetime = false,
        };
        Assert.Null((await new JsonWebTokenHandler().ValidateTokenAsync(tokens.AccessToken, expected)).Exception);
    }

    [Fact, Rfc(6749, "6")]
    public async Task A_refresh_token_is_used_at_either_endpoint()
    {
        var flow = new Flow(Server, "own", scope: "openid offline_access api:read");
        var first = await flow.TokensAsync(Server.Browser());
        var refreshed = await flow.RefreshAsync(first.RefreshToken);
        Assert.Equal(HttpStatusCode.OK, refreshed.Status);
        var token = refreshed.Text("refresh_token") ?? first.RefreshToken;
        Assert.Equal(HttpStatusCode.OK, (await Server.PostAsync("/refresh", "own", ("refresh_token", token))).Status);
    }

    [Fact, Rfc(7662, "2.2"), Rfc(7009, "2")]
    public async Task A_token_is_active_until_its_refresh_token_is_revoked()
    {
        var tokens = await new Flow(Server, "own", scope: "openid offline_access api:read").TokensAsync(Server.Browser());
        Assert.True(await IsActiveAsync(tokens));
        Assert.Equal(HttpStatusCode.OK, (await Server.PostAsync("/revoke", "own", ("token", tokens.RefreshToken))).Status);
        Assert.False(await IsActiveAsync(tokens));
    }

    [Conformance("oidcc-userinfo-get")]
    [Fact]
    public async Task The_person_is_told_of_at_the_userinfo_endpoint()
    {
        var tokens = await new Flow(Server, "own").TokensAsync(Server.Browser());
        var person = await Server.GetAsync("/userinfo", tokens.AccessToken);
        Assert.Equal((RemoteServer.Subject, "Alice Example"), (person.Text("sub"), person.Text("name")));
        var nobody = await Server.GetAsync("/userinfo");
        Assert.Equal(HttpStatusCode.Unauthorized, nobody.Status);
        Assert.StartsWith("Bearer", nobody.Header("WWW-Authenticate"), StringComparison.Ordinal);
    }

    [Fact, Rfc(6749, "4.4")]
    public async Task A_client_gets_a_token_of_its_own()
    {
        Assert.Equal(HttpStatusCode.OK, (await Server.PostAsync("/token", "web", ("grant_type", "client_credentials"))).Status);
        var basic = RemoteServer.Basic("web", "wrong").ToString();
        var wrong = await Server.PostRawAsync("/token", "grant_type=client_credentials", authorization: basic);
        Assert.StartsWith("Basic", wrong.Header("WWW-Authenticate"), StringComparison.Ordinal);
    }

    [Fact, Rfc(8414, "3")]
    public async Task The_metadata_name_the_issuer_whatever_address_was_asked()
    {
        foreach (var path in new[] { "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server" })
            Assert.Equal(RemoteServer.Issuer, (await Server.GetAsync(path)).Text("issuer"));
    }

    [Fact, Rfc(6749, "3.1")]
    public async Task A_repeated_parameter_arrives_as_two_and_is_refused_as_such()
    {
        var browser = await Server.Browser().GoAsync(new Flow(Server, "web").Url() + "&state=b");
        Assert.Equal("invalid_request", browser.Sent("error"));
    }

    [Fact, Rfc(6749, "3.2")]
    public async Task A_plus_a_percent_sign_and_empty_values_arrive_as_they_were_sent()
    {
        var url = new Flow(Server, "own").Url(("state", null), ("response_type", "none")) + "&empty=&novalue&&state=a+b%2Bc%25";
        Assert.Equal("a b+c%", (await Server.Browser().GoAsync(url)).Sent("state"));
    }

    [Theory, Rfc(9110, "15.5.6")]
    [InlineData("GET", "/token", "POST")]
    [InlineData("PUT", "/token", "POST")]
    [InlineData("POST", "/jwks", "GET")]
    public async Task A_method_that_an_endpoint_does_not_have_is_405_with_those_that_it_has(string method, string path, string allowed)
    {
        var answer = await Server.SendAsync(method, path);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.Status);
        Assert.Contains(allowed, answer.Header("Allow"), StringComparison.Ordinal);
    }

    [Fact, Rfc(9110, "9.3.2")]
    public async Task HEAD_is_answered_like_GET_without_the_body()
    {
        var (head, get) = (await Server.SendAsync("HEAD", "/jwks"), await Server.SendAsync("GET", "/jwks"));
        Assert.Equal((get.Status, "", get.Header("Cache-Control")), (head.Status, head.Body, head.Header("Cache-Control")));
    }

    private async Task<bool> IsActiveAsync(Answer tokens) =>
        (await Server.PostAsync("/introspect", "own", ("token", tokens.AccessToken))).Json.GetProperty("active").GetBoolean();
}

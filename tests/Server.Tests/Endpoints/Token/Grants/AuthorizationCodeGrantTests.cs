using System.Net;

namespace Postern.Tests;

public class AuthorizationCodeGrantTests
{
    [Fact, Rfc(6749, "4.1.4")]
    public async Task A_code_is_exchanged_for_tokens()
    {
        await using var server = await AuthServer.StartAsync();
        var tokens = await new Flow(server, "web").TokensAsync();
        Assert.Equal(HttpStatusCode.OK, tokens.Status);
        Assert.Equal("Bearer", tokens.Text("token_type"));
    }

    [Fact, Rfc(6749, "4.1.2")]
    public async Task A_code_presented_twice_is_refused_and_what_it_brought_is_revoked()
    {
        await using var server = await AuthServer.StartAsync();
        var flow = new Flow(server, "web");
        var code = await flow.CodeAsync();
        var tokens = await flow.RedeemAsync(code);
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/userinfo", tokens.AccessToken)).Status);
        Assert.Equal("invalid_grant", (await flow.RedeemAsync(code)).Error);
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.GetAsync("/userinfo", tokens.AccessToken)).Status);
    }
}

using System.Net;

namespace Postern.Tests;

[Spec("Fetch", "CORS protocol")]
public class CrossOriginTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly AuthServer server = shared.Server;

    [Theory]
    [InlineData("GET", "/.well-known/openid-configuration")]
    [InlineData("GET", "/.well-known/oauth-authorization-server")]
    [InlineData("GET", "/jwks")]
    [InlineData("GET", "/userinfo")]
    [InlineData("POST", "/token")]
    [InlineData("POST", "/refresh")]
    [InlineData("POST", "/revoke")]
    [InlineData("POST", "/device_authorization")]
    public async Task Scripts_of_any_origin_may_read_these_answers(string method, string path)
    {
        var answer = await SendAsync(method, path);
        Assert.Equal("*", answer.Header("Access-Control-Allow-Origin"));
        Assert.Null(answer.Header("Access-Control-Allow-Credentials"));
        var preflight = await SendAsync("OPTIONS", path);
        Assert.Equal((HttpStatusCode.NoContent, "*"), (preflight.Status, preflight.Header("Access-Control-Allow-Origin")));
        Assert.Contains(method, preflight.Header("Access-Control-Allow-Methods"), StringComparison.Ordinal);
        Assert.Contains("Authorization", preflight.Header("Access-Control-Allow-Headers"), StringComparison.Ordinal);
    }

    [Theory, Rfc(9700, "2.6")]
    [InlineData("GET", "/authorize")]
    [InlineData("POST", "/signin")]
    [InlineData("POST", "/consent")]
    [InlineData("POST", "/signout")]
    [InlineData("POST", "/device")]
    [InlineData("POST", "/approvals")]
    [InlineData("POST", "/bc-authorize")]
    [InlineData("POST", "/introspect")]
    public async Task Scripts_of_other_origins_may_not_read_those(string method, string path)
    {
        Assert.Null((await SendAsync(method, path)).Header("Access-Control-Allow-Origin"));
        var preflight = await SendAsync("OPTIONS", path);
        Assert.Equal((HttpStatusCode.MethodNotAllowed, null), (preflight.Status, preflight.Header("Access-Control-Allow-Origin")));
    }

    [Fact]
    public async Task An_unreadable_request_is_answered_to_scripts_too() =>
        Assert.Equal("*", (await server.PostRawAsync("/token", new string('x', 40_000))).Header("Access-Control-Allow-Origin"));

    private async Task<Answer> SendAsync(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Add("Origin", "https://spa.example");
        request.Headers.Add("Access-Control-Request-Method", "POST");
        return await server.SendAsync(request);
    }
}

using System.Net;

namespace Postern.Tests;

public class TokenEndpointTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly AuthServer server = shared.Server;

    [Fact, Rfc(6749, "5.1")]
    public async Task A_token_response_is_JSON_that_nobody_keeps()
    {
        var tokens = await new Flow(server, "own").TokensAsync();
        Assert.Equal(HttpStatusCode.OK, tokens.Status);
        Assert.Equal(("application/json", "no-store"), (tokens.Header("Content-Type"), tokens.Header("Cache-Control")));
        Assert.Equal(("Bearer", "api:read email openid profile"), (tokens.Text("token_type"), tokens.Text("scope")));
        Assert.Equal(900, tokens.Json.GetProperty("expires_in").GetInt32());
    }

    [Theory, Rfc(6749, "3.2"), Rfc(9110, "15.5.6")]
    [InlineData("/token", "POST, OPTIONS")]
    [InlineData("/refresh", "POST, OPTIONS")]
    [InlineData("/revoke", "POST, OPTIONS")]
    [InlineData("/introspect", "POST")]
    public async Task GET_is_not_allowed(string path, string allowed)
    {
        var answer = await server.GetAsync(path + "?grant_type=client_credentials");
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.Status);
        Assert.Equal(allowed.Split(", ").Order(), answer.Header("Allow")!.Split(", ").Order());
    }

    [Theory, Rfc(9700, "2.4")]
    [InlineData("password", "use authorization_code with PKCE, where people type their password on the page of this server alone")]
    [InlineData("implicit", "use authorization_code with PKCE (RFC 7636)")]
    public async Task A_flow_that_is_given_up_is_refused_with_what_to_use_instead(string grantType, string instead)
    {
        var answer = await server.PostAsync("/token", "web", ("grant_type", grantType), ("username", "alice"), ("password", "HIDDEN"));
        Assert.Equal((HttpStatusCode.BadRequest, "unsupported_grant_type"), (answer.Status, answer.Error));
        Assert.Contains(instead, answer.Text("error_description"), StringComparison.Ordinal);
        Assert.Contains(server.Log.Lines, line => line.Contains($"grant_type '{grantType}'", StringComparison.Ordinal) && line.Contains(instead, StringComparison.Ordinal));
        Assert.DoesNotContain(server.Log.Lines, line => line.Contains("HIDDEN", StringComparison.Ordinal));
    }

    [Theory, Rfc(6749, "5.2")]
    [InlineData(null, "invalid_request")]
    [InlineData("", "invalid_request")]
    [InlineData("password", "unsupported_grant_type")]
    [InlineData("urn:ietf:params:oauth:grant-type:saml2-bearer", "unsupported_grant_type")]
    [InlineData("urn:ietf:params:oauth:grant-type:device_code", "unauthorized_client")]
    [InlineData("Authorization_Code", "unsupported_grant_type")]
    [InlineData("refresh_token", "unauthorized_client")]
    [InlineData("client_credentials", "unauthorized_client")]
    public async Task A_grant_that_cannot_be_used_is_refused(string? grantType, string error)
    {
        var answer = await server.PostAsync("/token", "coderonly", grantType is null ? [] : [("grant_type", grantType)]);
        Assert.Equal((HttpStatusCode.BadRequest, error), (answer.Status, answer.Error));
    }

    [Theory, Rfc(6749, "5.2")]
    [InlineData("authorization_code")]
    [InlineData("refresh_token")]
    public async Task A_grant_without_its_credential_is_refused(string grantType) =>
        Assert.Equal("invalid_request", (await server.PostAsync("/token", "web", ("grant_type", grantType))).Error);

    [Theory, Rfc(6749, "3.2")]
    [InlineData("application/json")]
    [InlineData("text/plain")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("application/x-www-form-urlencoded-not")]
    [InlineData("nonsense")]
    [InlineData(null)]
    public async Task Another_content_type_is_refused(string? type)
    {
        var basic = AuthServer.Basic("web", AuthServer.Secret).ToString();
        var answer = await server.PostRawAsync("/token", "grant_type=client_credentials", type, basic);
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), (answer.Status, answer.Error));
    }

    [Theory, Rfc(6749, "3.2")]
    [InlineData("application/x-www-form-urlencoded; charset=UTF-8")]
    [InlineData("Application/X-WWW-Form-URLEncoded")]
    public async Task The_content_type_may_be_spelled_in_any_way(string type) =>
        Assert.Equal(
            HttpStatusCode.OK,
            (await server.PostRawAsync("/token", "grant_type=client_credentials", type, AuthServer.Basic("web", AuthServer.Secret).ToString())).Status
        );

    [Fact, Rfc(6749, "4.4.3")]
    public async Task Client_credentials_yield_an_access_token_alone()
    {
        var tokens = await server.PostAsync("/token", "web", ("grant_type", "client_credentials"));
        Assert.Equal("api:read api:write", tokens.Text("scope"));
        Assert.Equal((null, null), (tokens.Text("refresh_token"), tokens.Text("id_token")));
        var claims = Jwt.Claims(tokens.AccessToken);
        Assert.Equal(("web", "web"), (claims.GetProperty("sub").GetString(), claims.GetProperty("client_id").GetString()));
    }

    [Theory, Rfc(6749, "3.3")]
    [InlineData("api:read", "api:read", null)]
    [InlineData("api:write  api:write", "api:write", null)]
    [InlineData("bogus", null, "invalid_scope")]
    [InlineData("api:read openid", null, "invalid_scope")]
    [InlineData("api:\"read", null, "invalid_scope")]
    public async Task Client_credentials_may_be_narrowed(string scope, string? granted, string? error)
    {
        var answer = await server.PostAsync("/token", "web", ("grant_type", "client_credentials"), ("scope", scope));
        Assert.Equal((granted, error), (answer.Text("scope"), answer.Error));
    }

    [Theory, Rfc(6749, "3.2")]
    [InlineData("grant_type=client_credentials&grant_type=client_credentials")]
    [InlineData("grant_type=client_credentials&scope=api:read&scope=api:write")]
    [InlineData("grant_type=client_credentials&x=1&x=2")]
    public async Task A_repeated_parameter_is_refused(string body)
    {
        var basic = AuthServer.Basic("web", AuthServer.Secret).ToString();
        Assert.Equal("invalid_request", (await server.PostRawAsync("/token", body, authorization: basic)).Error);
    }

    [Fact, Rfc(6749, "6")]
    public async Task The_refresh_endpoint_needs_no_grant_type_and_takes_no_other()
    {
        var tokens = await new Flow(server, "own").TokensAsync();
        async Task<Answer> Refresh(string clientId, params (string, string)[] form) => await server.PostAsync("/refresh", clientId, form);
        Assert.Equal(HttpStatusCode.OK, (await Refresh("own", ("refresh_token", tokens.RefreshToken))).Status);
        Assert.Equal(HttpStatusCode.OK, (await Refresh("own", ("grant_type", "refresh_token"), ("refresh_token", tokens.RefreshToken))).Status);
        Assert.Equal("unsupported_grant_type", (await Refresh("own", ("grant_type", "client_credentials"))).Error);
        Assert.Equal("unsupported_grant_type", (await Refresh("own", ("grant_type", "authorization_code"), ("code", "x"))).Error);
        Assert.Equal("unauthorized_client", (await Refresh("coderonly", ("refresh_token", "x"))).Error);
    }
}

namespace Postern.Tests;

/// <summary>The log tells a developer what their app sent, what its client is registered for, and the command that mends it.</summary>
public class DeveloperMistakeTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly AuthServer server = shared.Server;

    [Theory, Rfc(6749, "4.1.2.1")]
    [InlineData("own", "redirect_uri", "https://web.example/cb?code=HIDDEN", "'https://web.example/cb?...'", "postern client set own --redirect-uri")]
    [InlineData("nobody", "state", "x", "unknown client 'nobody'", "postern client list")]
    [InlineData("api", "state", "x", "client api has no redirect URIs", "postern client set api --grant-type client_credentials")]
    [InlineData("web", "code_challenge", null, "client web sent no code_challenge", "postern client set web --no-pkce")]
    [InlineData("app", "code_challenge", null, "client app sent no code_challenge", "cannot go without")]
    [InlineData("web", "code_challenge_method", "plain", "code_challenge_method 'plain'", "S256")]
    [InlineData("web", "scope", "api:delete", "scope 'api:delete' is not registered for client web", "postern client set web --scope 'address")]
    [InlineData("web", "scope", "openid,profile", "scope 'openid,profile' is not registered for client web", "postern client set web --scope")]
    [InlineData("web", "response_mode", "query.jwt", "client web sent response_mode 'query.jwt'", "query, fragment, form_post")]
    [InlineData("web", "response_type", "id_token token", "client web sent response_type 'id_token token'", "change it in the app")]
    public async Task A_refused_authorization_request_is_explained(string client, string name, string? value, string came, string mended)
    {
        await server.AuthorizeAsync(client, (name, value));
        Explains(came, mended);
        Assert.DoesNotContain(OwnLines, line => line.Contains("HIDDEN", StringComparison.Ordinal));
    }

    [Theory, Rfc(6749, "5.2")]
    [InlineData("client_id=basic&client_secret={0}", "client basic is registered for client_secret_basic and used client_secret_post", "--auth-method client_secret_basic --auth-method client_secret_post")]
    [InlineData("client_id=web", "client web is registered for client_secret_basic and client_secret_post and used none", "postern client set web --auth-method none")]
    [InlineData("client_id=spa&client_secret=SECRET", "client spa is registered for none and used client_secret_post", "postern client set spa --auth-method client_secret_basic")]
    [InlineData("client_id=web&client_secret=SECRET", "wrong or expired secret of client web", "postern client rotate-secret web")]
    [InlineData("client_id=SECRETSECRETSECRETSECRETSECRETSECRETSECRET&client_secret=x", "unknown client 'SECRETSE...'", "postern client list")]
    [InlineData("client_id=web&client_secret={0}&scope=api%3Adelete", "scope 'api:delete' is not registered for client web", "postern client set web --scope")]
    [InlineData("client_id=web&client_secret={0}&scope=openid", "client web asked for openid by client_credentials", "leave it out")]
    [InlineData("client_id=coderonly&client_secret={0}", "client coderonly is registered for authorization_code and used client_credentials", "--grant-type authorization_code --grant-type client_credentials")]
    public async Task A_refused_token_request_is_explained(string body, string came, string mended)
    {
        await server.PostRawAsync("/token", "grant_type=client_credentials&" + body.Replace("{0}", AuthServer.Secret, StringComparison.Ordinal));
        Explains(came, mended);
        Assert.DoesNotContain(OwnLines, line => line.Contains(AuthServer.Secret, StringComparison.Ordinal));
        Assert.DoesNotContain(OwnLines, line => line.Contains("SECRETSECRET", StringComparison.Ordinal));
    }

    [Fact, Rfc(6749, "3.3")]
    public async Task What_a_client_asks_for_and_does_not_get_is_explained_though_it_is_no_error()
    {
        await server.AuthorizeAsync("own", ("scope", "openid api:everything"));
        Explains("/authorize left out for client own: scope 'api:everything' is not registered", "postern client set own --scope");
    }

    [Fact, Rfc(6749, "4.1.3")]
    public async Task A_redirect_URI_that_changes_between_the_requests_is_explained()
    {
        var flow = new Flow(server, "own");
        var code = await flow.CodeAsync(await server.SignedInAsync());
        await flow.RedeemAsync(code, ("redirect_uri", "https://web.example/elsewhere"));
        Explains("redirect_uri 'https://web.example/elsewhere' is not that", "'https://web.example/callback'");
    }

    [Fact, Rfc(6819, "4.4.1.11")]
    public async Task A_hostile_request_writes_one_bounded_line_that_does_nothing()
    {
        await using var own = await AuthServer.StartAsync();
        const string hostile = "'\u202e\u2028{Path} $(x) ";
        foreach (var name in new[] { "client_id", "redirect_uri", "scope", "response_mode", "response_type", "code_challenge_method" })
            await own.Browser().GoAsync(new Flow(own, "web").Url((name, hostile + new string('x', 5000))));
        var lines = own.Log.Lines.Where(line => line.Contains(" refused", StringComparison.Ordinal)).ToList();
        Assert.InRange(lines.Count, 5, 6);
        Assert.All(lines, line => Assert.True(line.Length < 1500 && line.All(c => c is >= ' ' and <= '~'), line));
    }

    private IEnumerable<string> OwnLines => server.Log.Lines.Where(line => !line.Contains("Microsoft.", StringComparison.Ordinal));

    private void Explains(string came, string mended) =>
        Assert.Contains(OwnLines, line => line.Contains(came, StringComparison.Ordinal) && line.Contains(mended, StringComparison.Ordinal));
}

using System.Net;
using System.Text;
using Postern.Protocol;

namespace Postern.Tests;

public class ClientAuthenticationTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Grant = "grant_type=client_credentials";

    private readonly AuthServer server = shared.Server;

    [Fact, Rfc(6749, "2.3.1")]
    public async Task Basic_is_accepted_raw() => Assert.Equal(HttpStatusCode.OK, (await BasicAsync($"web:{AuthServer.Secret}")).Status);

    [Theory, Rfc(6749, "2.3.1")]
    [InlineData("odd1", "odd1:p%40ss+word%2B%25%C3%A9")]
    [InlineData("odd2", "odd2:p@ss word+%é")]
    [InlineData("odd3", "%6Fdd3:p%40ss%20word%2b%25%c3%a9")]
    public async Task Basic_is_accepted_form_encoded_and_raw(string id, string credentials)
    {
        var secret = new ClientSecret(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes("p@ss word+%é")), null);
        await server.AddClientAsync(TestClients.Confidential(id, server.Clock.Now) with { Secrets = [secret] });
        Assert.Equal(HttpStatusCode.OK, (await BasicAsync(credentials)).Status);
    }

    [Conformance("oidcc-server-client-secret-post")]
    [Fact, Rfc(6749, "2.3.1")]
    public async Task A_secret_in_the_form_is_accepted()
    {
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync("/token", "post", ("grant_type", "client_credentials"))).Status);
        var web = $"{Grant}&client_id=web&client_secret={AuthServer.Secret}";
        Assert.Equal(HttpStatusCode.OK, (await server.PostRawAsync("/token", web)).Status);
    }

    [Theory, Rfc(6749, "5.2")]
    [InlineData("web:wrong")]
    [InlineData("web:")]
    [InlineData("web")]
    [InlineData(":")]
    [InlineData("")]
    [InlineData("nobody:the-secret-of-every-confidential-client")]
    [InlineData("WEB:the-secret-of-every-confidential-client")]
    [InlineData("web:the-secret-of-every-confidential-client ")]
    [InlineData("web\0:the-secret-of-every-confidential-client")]
    [InlineData("we%00b:the-secret-of-every-confidential-client")]
    [InlineData("%ZZ:the-secret-of-every-confidential-client")]
    [InlineData("%FF%FE:the-secret-of-every-confidential-client")]
    [InlineData("post:the-secret-of-every-confidential-client")]
    [InlineData("app:")]
    public async Task Wrong_Basic_credentials_get_401_with_a_challenge(string credentials) => RefusesClient(await BasicAsync(credentials));

    [Theory, Rfc(9110, "11.4")]
    [InlineData("Basic")]
    [InlineData("Basic ")]
    [InlineData("Basic !!!")]
    [InlineData("Basic d2Vi")]
    [InlineData("Basic d2ViOnRoZS1zZWNyZXQ, Basic d2ViOnRoZS1zZWNyZXQ")]
    [InlineData("Basic d2ViOg= =")]
    [InlineData("Basic d2ViOg")]
    [InlineData("Bearer d2ViOnRoZS1zZWNyZXQ=")]
    [InlineData("Negotiate abc")]
    [InlineData("garbage")]
    public async Task A_malformed_header_gets_401_with_a_challenge(string header) =>
        RefusesClient(await server.PostRawAsync("/token", Grant, authorization: header));

    [Fact]
    public async Task An_oversized_header_gets_401() => RefusesClient(await BasicAsync("web:" + new string('x', 8000)));

    [Theory, Rfc(6749, "2.3")]
    [InlineData("basic", "the-secret-of-every-confidential-client")]
    [InlineData("web", "wrong")]
    [InlineData("spa", "anything")]
    [InlineData("post", "wrong")]
    [InlineData("nobody", "wrong")]
    [InlineData("post", null)]
    [InlineData("web", null)]
    public async Task Only_the_registered_method_counts(string clientId, string? secret) =>
        RefusesBody(await server.PostRawAsync("/token", $"{Grant}&client_id={clientId}{(secret is null ? "" : "&client_secret=" + secret)}"));

    [Theory, Rfc(9110, "11.6.2")]
    [InlineData("")]
    [InlineData(" ")]
    public async Task An_empty_header_is_none(string header)
    {
        var body = $"{Grant}&client_id=web&client_secret={AuthServer.Secret}";
        Assert.Equal(HttpStatusCode.OK, (await server.PostRawAsync("/token", body, authorization: header)).Status);
        RefusesBody(await server.PostRawAsync("/token", Grant + "&client_id=web", authorization: header));
    }

    [Fact, Rfc(6749, "2.3")]
    public async Task Two_methods_at_once_are_refused()
    {
        (string, string)[] form = [("grant_type", "client_credentials"), ("client_id", "web"), ("client_secret", AuthServer.Secret)];
        var answer = await server.PostAsync("/token", "web", form);
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), (answer.Status, answer.Error));
    }

    [Fact, Rfc(6749, "2.3")]
    public async Task A_client_id_beside_the_header_has_to_be_the_same()
    {
        var same = await server.PostAsync("/token", "web", ("grant_type", "client_credentials"), ("client_id", "web"));
        Assert.Equal(HttpStatusCode.OK, same.Status);
        var other = await server.PostAsync("/token", "web", ("grant_type", "client_credentials"), ("client_id", "other"));
        Assert.Equal("invalid_request", other.Error);
    }

    [Fact, Rfc(6749, "2.3.1")]
    public async Task Credentials_in_the_query_are_not_read() =>
        RefusesBody(await server.PostRawAsync($"/token?client_id=post&client_secret={AuthServer.Secret}", Grant));

    [Fact, Rfc(6749, "5.2")]
    public async Task Unknown_clients_and_wrong_secrets_get_the_same_answer() =>
        Assert.Equal((await BasicAsync("nobody:wrong")).Body, (await BasicAsync("web:wrong")).Body);

    [Fact]
    public async Task An_expired_secret_is_of_no_use_and_its_successor_is()
    {
        var old = TestClients.Confidential("x", server.Clock.Now).Secrets[0];
        var next = new ClientSecret(System.Security.Cryptography.SHA256.HashData("next"u8), server.Clock.Now.AddSeconds(1));
        var turning = TestClients.Confidential("turning", server.Clock.Now);
        await server.AddClientAsync(turning with { Secrets = [old with { ExpiresAt = server.Clock.Now }, next] });
        RefusesClient(await BasicAsync($"turning:{AuthServer.Secret}"));
        Assert.Equal(HttpStatusCode.OK, (await BasicAsync("turning:next")).Status);
    }

    [Theory, Rfc(6749, "2.3")]
    [InlineData("/token")]
    [InlineData("/refresh")]
    [InlineData("/revoke")]
    [InlineData("/introspect")]
    public async Task Every_back_channel_endpoint_authenticates_clients(string path)
    {
        const string body = "token=x&grant_type=refresh_token&refresh_token=x";
        RefusesBody(await server.PostRawAsync(path, body));
        RefusesBody(await server.PostRawAsync(path, body + "&client_id=web&client_secret=wrong"));
        RefusesClient(await server.PostRawAsync(path, body, authorization: AuthServer.Basic("web", "wrong").ToString()));
    }

    private Task<Answer> BasicAsync(string credentials) =>
        server.PostRawAsync("/token", Grant, authorization: "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));

    // RFC 6749 §5.2: no challenge, which would make clients drop the text.
    private static void RefusesBody(Answer answer)
    {
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_client"), (answer.Status, answer.Error));
        Assert.Equal("application/json", answer.Header("Content-Type"));
        Assert.Null(answer.Header("WWW-Authenticate"));
        Assert.Equal("no-store", answer.Header("Cache-Control"));
    }

    private static void RefusesClient(Answer answer)
    {
        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_client"), (answer.Status, answer.Error));
        Assert.StartsWith("Basic", answer.Header("WWW-Authenticate"), StringComparison.Ordinal);
        Assert.Equal("no-store", answer.Header("Cache-Control"));
    }
}

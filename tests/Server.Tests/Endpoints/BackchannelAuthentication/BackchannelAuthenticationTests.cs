using System.Net;

namespace Postern.Tests;

/// <summary>Clients ask people on the back channel, and are answered there.</summary>
public class BackchannelAuthenticationTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly AuthServer server = shared.Server;

    [Conformance("fapi-ciba-id1")]
    [Conformance("fapi-ciba-id1-multiple-call-to-token-endpoint")]
    [Fact, Spec("CIBA Core", "7.3"), Spec("CIBA Core", "10.1.1")]
    public async Task What_a_person_allows_the_client_gets()
    {
        await using var own = await AuthServer.StartAsync();
        var asked = await Backchannel.AskAsync(own);
        Assert.Equal((HttpStatusCode.OK, "no-store"), (asked.Started.Status, asked.Started.Header("Cache-Control")));
        Assert.Equal((300, 5), (asked.Started.Json.GetProperty("expires_in").GetInt32(), asked.Started.Json.GetProperty("interval").GetInt32()));
        Assert.Equal((HttpStatusCode.BadRequest, "authorization_pending"), Told(await asked.PollAsync()));
        Assert.Equal("slow_down", (await asked.PollAsync()).Error);
        await AnswerAsync(own, "allow");
        var tokens = await asked.PollAsync();
        Assert.Equal((HttpStatusCode.OK, "api:read openid profile"), (tokens.Status, tokens.Text("scope")));
        var claims = Jwt.Claims(tokens.Text("id_token")!);
        Assert.Equal((AuthServer.Subject, "bank"), (claims.GetProperty("sub").GetString(), claims.GetProperty("aud").GetString()));
        Assert.Equal("Alice Example", (await own.GetAsync("/userinfo", tokens.AccessToken)).Text("name"));
        Assert.Equal("invalid_grant", (await asked.PollAsync()).Error);
    }

    [Conformance("fapi-ciba-id1-user-rejects-authentication")]
    [Conformance("fapi-ciba-id1-auth-req-id-expired")]
    [Fact, Spec("CIBA Core", "11")]
    public async Task What_a_person_denies_or_leaves_it_does_not_get()
    {
        await using var own = await AuthServer.StartAsync();
        var denied = await Backchannel.AskAsync(own);
        await AnswerAsync(own, "deny");
        Assert.Equal((HttpStatusCode.BadRequest, "access_denied"), Told(await denied.PollAsync()));
        var left = await Backchannel.AskAsync(own, "bank", ("requested_expiry", "60"));
        own.Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal((HttpStatusCode.BadRequest, "expired_token"), Told(await left.PollAsync()));
        Assert.DoesNotContain("approval-1", (await (await own.SignedInAsync()).GoAsync("/approvals")).Page!.Body, StringComparison.Ordinal);
    }

    [Fact, Spec("CIBA Core", "7.1")]
    public async Task An_ID_token_names_its_person_and_only_this_clients_does()
    {
        var tokens = await new Flow(server, "bank", scope: "openid").TokensAsync(await server.SignedInAsync());
        var asked = await Backchannel.AskAsync(server, "bank", ("login_hint", ""), ("id_token_hint", tokens.Text("id_token")!));
        Assert.Equal(HttpStatusCode.OK, asked.Started.Status);
        foreach (var other in new[] { tokens.AccessToken, (await new Flow(server, "own").TokensAsync(await server.SignedInAsync())).Text("id_token")!, "x" })
            Assert.Equal("unknown_user_id", (await Backchannel.AskAsync(server, "bank", ("login_hint", ""), ("id_token_hint", other))).Started.Error);
    }

    [Conformance("fapi-ciba-id1-ensure-wrong-client-id-in-backchannel-authorization-request")]
    [Theory, Spec("CIBA Core", "13")]
    [InlineData("bank", "login_hint", "nobody@example.com", 400, "unknown_user_id")]
    [InlineData("bank", "login_hint", "\u0000 ü", 400, "invalid_request")]
    [InlineData("bank", "login_hint", "", 400, "invalid_request")]
    [InlineData("bank", "login_hint_token", "e30", 400, "invalid_request")]
    [InlineData("bank", "scope", "bogus", 400, "invalid_scope")]
    [InlineData("bank", "binding_message", "\u202Emoc.knab", 400, "invalid_binding_message")]
    [InlineData("bank", "request", "e30.e30.", 400, "request_not_supported")]
    [InlineData("web", "scope", "openid", 400, "unauthorized_client")]
    [InlineData("app", "scope", "openid", 400, "unauthorized_client")]
    [InlineData("nobody", "scope", "openid", 401, "invalid_client")]
    public async Task What_cannot_be_asked_is_refused_by_its_own_code(string clientId, string name, string value, int status, string error)
    {
        var refused = (await Backchannel.AskAsync(server, clientId, (name, value))).Started;
        Assert.Equal((status, error), ((int)refused.Status, refused.Error));
    }

    [Fact, Spec("CIBA Core", "13")]
    public async Task A_wrong_secret_in_the_body_is_401_too() =>
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.PostRawAsync("/bc-authorize", "client_id=bank&client_secret=x")).Status);

    [Fact, Rfc(6819, "5.1.4.2.5")]
    public async Task A_disabled_person_is_as_unknown_as_nobody_and_one_who_is_disabled_since_gives_nothing()
    {
        await using var own = await AuthServer.StartAsync();
        var asked = await Backchannel.AskAsync(own);
        await AnswerAsync(own, "allow");
        await own.ChangeAliceAsync(alice => alice with { Disabled = true });
        Assert.Equal("invalid_grant", (await asked.PollAsync()).Error);
        var (disabled, unknown) = (await Backchannel.AskAsync(own), await Backchannel.AskAsync(own, "bank", ("login_hint", "nobody")));
        Assert.Equal(unknown.Started.Body, disabled.Started.Body);
    }

    [Conformance("fapi-ciba-id1-ensure-wrong-auth-req-id-in-token-endpoint-request")]
    [Conformance("fapi-ciba-id1-ensure-wrong-client-id-in-token-endpoint-request")]
    [Theory, Spec("CIBA Core", "11")]
    [InlineData("pinged")]
    [InlineData("web")]
    public async Task Another_clients_request_is_refused_and_stays_good_for_its_own(string thief)
    {
        var asked = await Backchannel.AskAsync(server);
        await (await server.SignedInAsync()).GoAsync("/approvals");
        Assert.Equal(thief == "web" ? "unauthorized_client" : "invalid_grant", (await asked.PollAsync(thief)).Error);
        Assert.Equal("authorization_pending", (await asked.PollAsync()).Error);
        foreach (var other in new[] { "x", "pdc_" + asked.Id[4..], asked.Id[..^1] })
        {
            var answer = await server.PostAsync("/token", "bank", ("grant_type", "urn:openid:params:grant-type:ciba"), ("auth_req_id", other));
            Assert.Equal("invalid_grant", answer.Error);
        }
    }

    [Theory, Spec("CIBA Core", "10.2")]
    [InlineData("allow")]
    [InlineData("deny")]
    public async Task A_client_that_wants_to_is_told_at_once_that_there_is_an_answer(string decision)
    {
        await using var own = await AuthServer.StartAsync(options => options with { Issuer = "http://localhost:7071" });
        await using var client = Peer.Answering("204 No Content", "", "");
        await own.ChangeClientAsync("pinged", one => one with { NotificationEndpoint = client.Uri.ToString() });
        var asked = await Backchannel.AskAsync(own, "pinged", ("client_notification_token", "the-token-to-be-called-with"));
        Assert.Equal(HttpStatusCode.OK, asked.Started.Status);
        await AnswerAsync(own, decision);
        for (var waited = 0; client.Requests.Count == 0 && waited < 100; waited++)
            await Task.Delay(50);
        var told = Assert.Single(client.Requests);
        Assert.StartsWith("POST /jwks?tenant=1 ", told, StringComparison.Ordinal);
        Assert.Contains("Authorization: Bearer the-token-to-be-called-with", told, StringComparison.Ordinal);
        Assert.Contains("Content-Type: application/json", told, StringComparison.Ordinal);
        Assert.Equal(decision == "allow" ? null : "access_denied", (await asked.PollAsync()).Error);
    }

    [Fact, Spec("CIBA Core", "10.2")]
    public async Task A_client_that_cannot_be_reached_keeps_nobody_waiting_and_may_ask()
    {
        await using var own = await AuthServer.StartAsync();
        var asked = await Backchannel.AskAsync(own, "pinged", ("client_notification_token", "the-token-to-be-called-with"));
        await AnswerAsync(own, "allow");
        Assert.Equal(HttpStatusCode.OK, (await asked.PollAsync()).Status);
        Assert.Equal("invalid_request", (await Backchannel.AskAsync(own, "pinged")).Started.Error);
    }

    [Conformance("fapi-ciba-id1-discovery-end-point-verification")]
    [Fact, Spec("CIBA Core", "4")]
    public async Task The_metadata_says_where_and_how()
    {
        var metadata = await server.GetAsync("/.well-known/openid-configuration");
        Assert.Equal($"{AuthServer.Issuer}/bc-authorize", metadata.Text("backchannel_authentication_endpoint"));
        Assert.Equal("""["poll","ping"]""", metadata.Json.GetProperty("backchannel_token_delivery_modes_supported").GetRawText());
        Assert.False(metadata.Json.GetProperty("backchannel_user_code_parameter_supported").GetBoolean());
    }

    [Fact]
    public async Task Where_the_person_answers_is_in_the_log()
    {
        await Backchannel.AskAsync(server);
        Assert.Contains(server.Log.Lines, line => line.Contains($"Client bank asks the person {AuthServer.Subject}", StringComparison.Ordinal));
        Assert.DoesNotContain(server.Log.Lines, line => line.Contains("W4SCT", StringComparison.Ordinal));
    }

    private static async Task AnswerAsync(AuthServer server, string decision) =>
        Assert.True((await (await (await server.SignedInAsync()).GoAsync("/approvals")).ConsentAsync(decision)).Shows("answered"));

    private static (HttpStatusCode, string?) Told(Answer answer) => (answer.Status, answer.Error);
}

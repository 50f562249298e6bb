using System.Net;

namespace Postern.Tests;

/// <summary>What the suite's modules for CIBA ask that no other test does.</summary>
public class CibaTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly AuthServer server = shared.Server;

    [Theory, Conformance, Spec("CIBA Core", "7.1")]
    [InlineData("fapi-ciba-id1-ensure-other-scope-order-succeeds", "scope", "profile openid")]
    [InlineData("fapi-ciba-id1-ensure-requested-expiry-as-string-succeeds", "requested_expiry", "30")]
    [InlineData("fapi-ciba-id1-ensure-authorization-request-with-binding-message-succeeds", "binding_message", "1234")]
    public async Task These_requests_are_taken(string module, string name, string value)
    {
        var asked = await Backchannel.AskAsync(server, "bank", (name, value));
        Assert.True(asked.Started.Status == HttpStatusCode.OK, $"{module}: {asked.Started.Body}");
        Assert.Equal(name == "requested_expiry" ? 30 : 300, asked.Started.Json.GetProperty("expires_in").GetInt32());
    }

    [Conformance("fapi-ciba-id1-ensure-authorization-request-with-potentially-bad-binding-message")]
    [Fact, Spec("CIBA Core", "13")]
    public async Task A_message_that_nobody_can_compare_is_refused_by_its_own_code()
    {
        var message = $"1234 {new string('\u00e9', 200)}";
        var refused = (await Backchannel.AskAsync(server, "bank", ("binding_message", message))).Started;
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_binding_message"), (refused.Status, refused.Error));
    }

    [Theory, Conformance, Spec("CIBA Core", "13")]
    [InlineData("fapi-ciba-id1-ensure-without-client-assertion-in-backchannel-authorization-request", "/bc-authorize")]
    [InlineData("fapi-ciba-id1-ensure-without-client-assertion-in-token-endpoint-request", "/token")]
    public async Task Who_does_not_authenticate_is_refused(string module, string path)
    {
        const string body = "client_id=bank&scope=openid&login_hint=alice%40example.com&grant_type=urn%3Aopenid%3Aparams%3Agrant-type%3Aciba&auth_req_id=x";
        var refused = await server.PostRawAsync(path, body);
        Assert.True(refused.Error == "invalid_client" && (int)refused.Status is 400 or 401, $"{module}: {refused.Body}");
    }

    [Conformance("fapi-ciba-id1-refresh-token")]
    [Fact, Spec("CIBA Core", "10.1.1")]
    public async Task What_was_allowed_on_the_back_channel_is_refreshed_as_ever()
    {
        await using var own = await AuthServer.StartAsync();
        var asked = await Backchannel.AskAsync(own, "bank", ("scope", "openid profile offline_access"));
        await AllowAsync(own);
        var tokens = await asked.PollAsync();
        var flow = new Flow(own, "bank");
        Assert.Equal(HttpStatusCode.OK, (await flow.RefreshAsync(tokens.RefreshToken)).Status);
        Assert.NotEqual(HttpStatusCode.OK, (await new Flow(own, "web").RefreshAsync(tokens.RefreshToken)).Status);
    }

    [Theory, Conformance, Spec("CIBA Core", "10.2")]
    [InlineData("fapi-ciba-id1-ping-backchannel-notification-endpoint-response-has-body", "200 OK", "{\"a\":1}")]
    [InlineData("fapi-ciba-id1-ping-backchannel-notification-endpoint-response-401", "401 Unauthorized", "")]
    [InlineData("fapi-ciba-id1-ping-backchannel-notification-endpoint-response-403", "403 Forbidden", "")]
    [InlineData("fapi-ciba-id1-ping-backchannel-notification-endpoint-return-redirect-request", "302 Found", "")]
    public async Task Whatever_a_notified_client_answers_it_is_followed_nowhere_and_may_ask(string module, string status, string body)
    {
        await using var own = await AuthServer.StartAsync(options => options with { Issuer = "http://localhost:7071" });
        await using var elsewhere = Peer.Answering("204 No Content", "", "");
        await using var client = Peer.Answering(status, $"Location: {elsewhere.Uri}\r\nContent-Length: {body.Length}\r\n", body);
        await own.ChangeClientAsync("pinged", one => one with { NotificationEndpoint = client.Uri.ToString() });
        var asked = await Backchannel.AskAsync(own, "pinged", ("client_notification_token", "the-token-to-be-called-with"));
        await AllowAsync(own);
        for (var waited = 0; client.Requests.Count == 0 && waited < 100; waited++)
            await Task.Delay(50);
        Assert.True(client.Connections == 1, module);
        Assert.Equal(HttpStatusCode.OK, (await asked.PollAsync()).Status);
        Assert.Equal((1, 0), (client.Connections, elsewhere.Connections));
    }

    private static async Task AllowAsync(AuthServer server) =>
        Assert.True((await (await (await server.SignedInAsync()).GoAsync("/approvals")).ConsentAsync()).Shows("answered"));
}

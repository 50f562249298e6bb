using System.Net;

namespace Postern.Tests;

public class DeviceAuthorizationEndpointTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly AuthServer server = shared.Server;

    [Theory, Rfc(8628, "3.2")]
    [InlineData("tv")]
    [InlineData("console")]
    public async Task A_device_gets_a_code_for_itself_and_one_for_its_person(string clientId)
    {
        var started = (await Device.StartAsync(server, clientId)).Started;
        Assert.Equal((HttpStatusCode.OK, "no-store"), (started.Status, started.Header("Cache-Control")));
        Assert.StartsWith("pdc_", started.Text("device_code"), StringComparison.Ordinal);
        Assert.Matches("^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$", started.Text("user_code"));
        Assert.Equal($"{AuthServer.Issuer}/device", started.Text("verification_uri"));
        Assert.Equal($"{AuthServer.Issuer}/device?user_code={started.Text("user_code")}", started.Text("verification_uri_complete"));
        Assert.Equal((900, 5), (started.Json.GetProperty("expires_in").GetInt32(), started.Json.GetProperty("interval").GetInt32()));
    }

    [Fact, Rfc(8628, "6.1")]
    public async Task No_two_devices_have_the_same_codes()
    {
        var devices = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Device.StartAsync(server)));
        Assert.Equal(32, devices.Select(device => device.UserCode).Distinct().Count());
        Assert.Equal(32, devices.Select(device => device.Code).Distinct().Count());
    }

    [Theory, Rfc(8628, "3.1")]
    [InlineData("tv", "openid bogus", null, null)]
    [InlineData("tv", "bogus", "invalid_scope", "is not registered for client tv")]
    [InlineData("tv", "op\"en", "invalid_scope", "is not a list")]
    [InlineData("web", "openid", "unauthorized_client", "--grant-type urn:ietf:params:oauth:grant-type:device_code")]
    [InlineData("nobody", "openid", "invalid_client", "unknown client")]
    public async Task What_the_client_may_not_have_is_refused_with_the_reason_in_the_log(string clientId, string scope, string? error, string? reason)
    {
        var started = await Device.StartAsync(server, clientId, scope);
        Assert.Equal(error, started.Started.Error);
        Assert.True(reason is null || server.Log.Lines.Any(line => line.Contains(reason, StringComparison.Ordinal)));
    }

    [Theory, Rfc(8628, "3.1")]
    [InlineData("client_id=console&client_secret=wrong", "invalid_client")]
    [InlineData("client_id=console", "invalid_client")]
    [InlineData("scope=openid", "invalid_client")]
    [InlineData("client_id=tv&scope=openid&scope=openid", "invalid_request")]
    [InlineData("client_id=tv&x=%FF", "invalid_request")]
    public async Task A_client_is_authenticated_as_at_the_token_endpoint(string body, string error) =>
        Assert.Equal(error, (await server.PostRawAsync("/device_authorization", body)).Error);

    [Theory, Rfc(8707, "2.1")]
    [InlineData("/device_authorization", "tv")]
    [InlineData("/bc-authorize", "bank")]
    public async Task No_resource_is_named_here(string path, string clientId)
    {
        (string, string)[] request = [("scope", "openid"), ("login_hint", AuthServer.Login), ("resource", "https://api.example")];
        Assert.Equal("invalid_target", (await server.PostAsync(path, clientId, request)).Error);
    }

    [Fact, Rfc(8628, "4")]
    public async Task The_metadata_says_where_it_is()
    {
        var metadata = await server.GetAsync("/.well-known/oauth-authorization-server");
        Assert.Equal($"{AuthServer.Issuer}/device_authorization", metadata.Text("device_authorization_endpoint"));
        Assert.Contains("urn:ietf:params:oauth:grant-type:device_code", metadata.Body, StringComparison.Ordinal);
    }
}

using System.Net;

namespace Postern.Tests;

public class DeviceCodeGrantTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly AuthServer server = shared.Server;

    [Theory, Rfc(8628, "3.5")]
    [InlineData("tv")]
    [InlineData("console")]
    public async Task What_a_person_allows_the_device_gets(string clientId)
    {
        var device = await Device.StartAsync(server, clientId);
        Assert.Equal((HttpStatusCode.BadRequest, "authorization_pending"), Told(await device.PollAsync()));
        Assert.Contains("Your device is connected", (await device.AnswerAsync()).Page!.Body, StringComparison.Ordinal);
        var tokens = await device.PollAsync();
        Assert.Equal((HttpStatusCode.OK, "api:read openid profile"), (tokens.Status, tokens.Text("scope")));
        Assert.Equal("Alice Example", (await server.GetAsync("/userinfo", tokens.AccessToken)).Text("name"));
        var idToken = await Jwt.VerifyAsync(server, tokens.Text("id_token")!, clientId, "JWT");
        Assert.True(idToken.IsValid, idToken.Exception?.ToString());
        Assert.Equal(AuthServer.Subject, Jwt.Claims(tokens.Text("id_token")!).GetProperty("sub").GetString());
        var refreshed = await server.PostAsync("/token", clientId, ("grant_type", "refresh_token"), ("refresh_token", tokens.RefreshToken));
        Assert.Equal(HttpStatusCode.OK, refreshed.Status);
    }

    [Fact, Rfc(8628, "3.5")]
    public async Task What_a_person_denies_it_never_gets()
    {
        var device = await Device.StartAsync(server);
        await device.AnswerAsync("deny");
        Assert.Equal((HttpStatusCode.BadRequest, "access_denied"), Told(await device.PollAsync()));
        Assert.Equal("access_denied", (await device.PollAsync()).Error);
    }

    [Fact, Rfc(8628, "3.5")]
    public async Task A_device_that_asks_too_often_is_slowed_down_for_good()
    {
        await using var own = await AuthServer.StartAsync();
        var device = await Device.StartAsync(own);
        Assert.Equal("authorization_pending", (await device.PollAsync()).Error);
        Assert.Equal("slow_down", (await device.PollAsync()).Error);
        await AfterAsync(5, "slow_down"); // ten are due by now, and fifteen from here on
        await AfterAsync(15, "authorization_pending");
        await AfterAsync(15, "authorization_pending");
        await AfterAsync(10, "slow_down");
        // What was granted meanwhile is given at once, however hasty the question.
        await device.AnswerAsync();
        Assert.Equal(HttpStatusCode.OK, (await device.PollAsync()).Status);

        async Task AfterAsync(int seconds, string error)
        {
            own.Clock.Advance(TimeSpan.FromSeconds(seconds));
            Assert.Equal(error, (await device.PollAsync()).Error);
        }
    }

    [Fact, Rfc(8628, "3.5")]
    public async Task A_device_code_expires_answered_or_not()
    {
        await using var own = await AuthServer.StartAsync();
        var (allowed, ignored) = (await Device.StartAsync(own), await Device.StartAsync(own));
        await allowed.AnswerAsync();
        own.Clock.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal((HttpStatusCode.BadRequest, "expired_token"), Told(await ignored.PollAsync()));
        Assert.Equal("expired_token", (await allowed.PollAsync()).Error);
    }

    [Fact, Rfc(8628, "5.2")]
    public async Task A_code_redeemed_twice_takes_back_what_it_brought()
    {
        var device = await Device.StartAsync(server);
        await device.AnswerAsync();
        var tokens = await device.PollAsync();
        Assert.Equal("invalid_grant", (await device.PollAsync()).Error);
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.GetAsync("/userinfo", tokens.AccessToken)).Status);
    }

    [Theory, Rfc(8628, "3.4")]
    [InlineData("console")]
    [InlineData("web")]
    public async Task Another_clients_device_code_is_refused_and_stays_good_for_its_own(string thief)
    {
        var device = await Device.StartAsync(server);
        await device.AnswerAsync();
        Assert.Equal(thief == "web" ? "unauthorized_client" : "invalid_grant", (await device.PollAsync(thief)).Error);
        Assert.Equal(HttpStatusCode.OK, (await device.PollAsync()).Status);
    }

    [Fact, Rfc(6749, "5.2")]
    public async Task No_other_kind_of_handle_is_a_device_code_and_a_device_code_is_no_other()
    {
        var device = await Device.StartAsync(server);
        await device.AnswerAsync();
        foreach (var other in new[] { "", "x", device.UserCode, device.Code[4..], "pac_" + device.Code[4..], device.Code + "A", device.Code[..^1] })
        {
            var answer = await server.PostAsync("/token", "tv", ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"), ("device_code", other));
            Assert.Equal(other.Length == 0 ? "invalid_request" : "invalid_grant", answer.Error);
        }
        foreach (var code in new[] { device.Code, "pac_" + device.Code[4..] })
            Assert.Equal("invalid_grant", (await server.PostAsync("/token", "own", ("grant_type", "authorization_code"), ("code", code))).Error);
        Assert.Equal(HttpStatusCode.OK, (await device.PollAsync()).Status);
    }

    [Fact]
    public async Task What_is_taken_back_before_it_is_redeemed_is_not_given()
    {
        await using var own = await AuthServer.StartAsync(options => options with { ClientCache = TimeSpan.Zero });
        var devices = new List<Device>();
        for (var i = 0; i < 3; i++)
        {
            devices.Add(await Device.StartAsync(own));
            await devices[i].AnswerAsync();
        }
        await own.ChangeAliceAsync(alice => alice with { Disabled = true });
        Assert.Equal("invalid_grant", (await devices[0].PollAsync()).Error);
        await own.ChangeAliceAsync(alice => alice with { Disabled = false });
        Assert.Equal(HttpStatusCode.OK, (await devices[0].PollAsync()).Status);
        await own.TakeBackConsentAsync("tv");
        Assert.Equal("invalid_grant", (await devices[1].PollAsync()).Error);
        await own.ChangeClientAsync("tv", client => client with { Registration = "anew" });
        Assert.Equal("invalid_grant", (await devices[2].PollAsync()).Error);
    }

    [Fact]
    public async Task A_question_that_was_not_answered_yet_is_no_refusal_in_the_log()
    {
        var device = await Device.StartAsync(server);
        var before = server.Log.Lines.Count;
        await device.PollAsync();
        Assert.DoesNotContain(server.Log.Lines.Skip(before), line => line.Contains("authorization_pending", StringComparison.Ordinal));
    }

    private static (HttpStatusCode, string?) Told(Answer answer) => (answer.Status, answer.Error);
}

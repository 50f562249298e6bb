using Postern.Protocol;

namespace Postern.Tests;

public class ClientLogoutTests
{
    [Theory, Spec("OIDC Front-Channel Logout", "2")]
    [InlineData("https://client.example/out", true)]
    [InlineData("https://client.example/out?a=b", true)]
    [InlineData("https://other.example/out", false)]
    [InlineData("https://client.example:8443/out", false)]
    [InlineData("http://client.example/out", false)]
    [InlineData("https://client.example/out#x", false)]
    [InlineData("https://client.example/out?sid=1;script-src *", false)]
    [InlineData("https://client.example/out?iss=x", false)]
    [InlineData("client.example.app:/out", false)]
    [InlineData("/out", false)]
    public void A_frame_is_of_the_origin_of_a_redirect_URI(string uri, bool isGood)
    {
        RedirectUri.Register("https://client.example/callback").Succeeds(out var callback, out _);
        var client = Some.Client() with { RedirectUris = [callback!], Logout = new ClientLogout { FrontchannelLogoutUri = uri } };
        Assert.Equal(isGood, !ClientLogout.Problems(client).Any());
    }

    [Theory, Spec("OIDC Back-Channel Logout", "2.2")]
    [InlineData("https://client.example/out", true)]
    [InlineData("http://client.example/out", false)]
    [InlineData("https://10.0.0.1/out", false)]
    [InlineData("https://169.254.169.254/out", false)]
    [InlineData("https://a:b@client.example/out", false)]
    [InlineData("https://client.example/out#x", false)]
    [InlineData("out", false)]
    public void A_back_channel_is_one_that_this_server_may_call(string uri, bool isGood) =>
        Assert.Equal(isGood, !ClientLogout.Problems(Some.Client() with { Logout = new ClientLogout { BackchannelLogoutUri = uri } }).Any());

    [Fact]
    public void A_client_without_people_has_no_addresses_for_signing_out()
    {
        var machine = Some.Client() with { GrantTypes = [GrantTypes.ClientCredentials], RedirectUris = [] };
        Assert.Empty(ClientLogout.Problems(machine));
        Assert.Single(ClientLogout.Problems(machine with { Logout = new ClientLogout { BackchannelLogoutUri = "https://client.example/out" } }));
    }

    [Fact]
    public void No_two_clients_know_a_session_by_the_same_id()
    {
        Assert.Equal(ClientLogout.SessionIdFor(Some.Row(1), "web"), ClientLogout.SessionIdFor(Some.Row(1), "web"));
        Assert.NotEqual(ClientLogout.SessionIdFor(Some.Row(1), "web"), ClientLogout.SessionIdFor(Some.Row(1), "app"));
        Assert.NotEqual(ClientLogout.SessionIdFor(Some.Row(1), "web"), ClientLogout.SessionIdFor(Some.Row(2), "web"));
        Assert.DoesNotContain(Some.Row(1).ToString(), ClientLogout.SessionIdFor(Some.Row(1), "web"), StringComparison.Ordinal);
    }

    [Fact]
    public void Tries_are_bounded_in_number_and_time()
    {
        var delivery = new LogoutDelivery
        {
            Id = Some.Row(),
            ClientId = "web",
            Registration = "r",
            Subject = "alice",
            SessionId = "s",
            Tries = 0,
            NextAt = Some.Now,
            ExpiresAt = Some.Now + LogoutDelivery.Lifetime,
        };
        var now = Some.Now;
        while (!delivery.IsOver(now))
            (delivery, now) = (delivery.Tried(now), delivery.Tried(now).NextAt);
        Assert.Equal(LogoutDelivery.MaxTries, delivery.Tries);
        Assert.InRange(now - Some.Now, TimeSpan.FromHours(6), LogoutDelivery.Lifetime);
        Assert.True((delivery with { Tries = 1 }).IsOver(delivery.ExpiresAt));
    }
}

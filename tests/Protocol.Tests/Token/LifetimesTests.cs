using Postern.Protocol;

namespace Postern.Tests;

public class LifetimesTests
{
    private static readonly Lifetimes Server = new();

    [Fact]
    public void A_client_that_overrides_nothing_has_the_servers() => Assert.Equal(Server, Server.For(Some.Client()));

    [Fact]
    public void What_a_client_overrides_is_its_own_and_the_rest_the_servers()
    {
        var client = Some.Client() with
        {
            CodeLifetime = TimeSpan.FromSeconds(30),
            AccessTokenLifetime = TimeSpan.FromMinutes(5),
            RefreshTokenLifetime = TimeSpan.FromDays(3),
            RefreshTokenMaxLifetime = TimeSpan.FromDays(7),
        };
        var expected = Server with
        {
            Code = TimeSpan.FromSeconds(30),
            AccessToken = TimeSpan.FromMinutes(5),
            RefreshToken = TimeSpan.FromDays(3),
            RefreshTokenMax = TimeSpan.FromDays(7),
        };
        Assert.Equal(expected, Server.For(client));
    }

    [Theory]
    [InlineData(null, 7, 7, 7)] // the server's 30 days
    [InlineData(100, null, 90, 90)] // the server's maximum of 90 days
    [InlineData(3, null, 3, 90)]
    [InlineData(3, 3, 3, 3)]
    public void A_sliding_lifetime_ends_with_the_absolute_one(int? sliding, int? max, int expected, int expectedMax)
    {
        var client = Some.Client() with
        {
            RefreshTokenLifetime = sliding is { } days ? TimeSpan.FromDays(days) : null,
            RefreshTokenMaxLifetime = max is { } maxDays ? TimeSpan.FromDays(maxDays) : null,
        };
        var lifetimes = Server.For(client);
        Assert.Equal((expected, expectedMax), (lifetimes.RefreshToken.Days, lifetimes.RefreshTokenMax.Days));
    }

    [Fact, Rfc(6749, "4.1.2")]
    public void The_servers_own_are_within_what_a_client_may_have()
    {
        Assert.True(Server.Code <= TimeSpan.FromSeconds(60) && Server.Code <= Lifetimes.MaxCode);
        Assert.True(Lifetimes.MaxCode <= TimeSpan.FromMinutes(10));
        Assert.True(Server.AccessToken <= Lifetimes.MaxAccessToken);
        Assert.True(Server.RefreshToken <= Server.RefreshTokenMax && Server.RefreshTokenMax <= Lifetimes.MaxRefreshToken);
        Assert.True(Server.RefreshGrace < Server.RefreshToken);
    }
}

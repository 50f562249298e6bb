using Postern.Protocol;

namespace Postern.Tests;

[Rfc(6819, "5.1.4.2.3")]
public class AttemptsTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(4, 0)]
    [InlineData(5, 1)]
    [InlineData(6, 2)]
    [InlineData(7, 4)]
    [InlineData(10, 32)]
    [InlineData(11, 60)]
    [InlineData(1000, 60)]
    [InlineData(int.MaxValue, 60)]
    public void An_account_waits_longer_with_each_attempt_and_never_more_than_a_minute(int count, int seconds) =>
        AssertWaits(Attempts.PerAccount, count, seconds);

    [Theory]
    [InlineData(49, 0)]
    [InlineData(50, 1)]
    [InlineData(58, 256)]
    [InlineData(59, 300)]
    [InlineData(1_000_000, 300)]
    public void An_address_has_more_attempts_and_waits_up_to_five_minutes(int count, int seconds) =>
        AssertWaits(Attempts.PerAddress, count, seconds);

    [Fact]
    public void Nobody_waits_who_has_not_tried()
    {
        Assert.False(Attempts.None.MustWait(Attempts.PerAccount, Some.Now));
        Assert.False(Attempts.None.MustWait(Attempts.PerAccount, DateTimeOffset.MinValue));
    }

    [Fact]
    public void An_attempt_counts_and_says_when()
    {
        var once = Attempts.None.Next(Some.Now);
        Assert.Equal(new Attempts(2, Some.Now.AddSeconds(1)), once.Next(Some.Now.AddSeconds(1)));
    }

    [Fact]
    public void A_thousand_guesses_take_most_of_a_day()
    {
        var (attempts, now) = (Attempts.None, Some.Now);
        for (var i = 0; i < 1000; i++)
        {
            while (attempts.MustWait(Attempts.PerAccount, now))
                now += TimeSpan.FromSeconds(1);
            attempts = attempts.Next(now);
        }
        Assert.True(now - Some.Now > TimeSpan.FromHours(16));
    }

    private static void AssertWaits(AttemptLimit limit, int count, int seconds)
    {
        var attempts = new Attempts(count, Some.Now);
        var over = Some.Now.AddSeconds(seconds);
        Assert.False(attempts.MustWait(limit, over));
        Assert.Equal(seconds > 0, attempts.MustWait(limit, seconds > 0 ? over.AddTicks(-1) : over));
    }
}

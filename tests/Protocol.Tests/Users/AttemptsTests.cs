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
    public void Nobody_waits_who_has_not_tried() => Assert.False(Attempts.None.MustWait(Attempts.PerAccount));

    [Fact]
    public void An_attempt_counts_and_is_new() => Assert.Equal(new Attempts(2, TimeSpan.Zero), new Attempts(1, TimeSpan.FromSeconds(9)).Next());

    [Fact]
    public void A_thousand_guesses_take_most_of_a_day()
    {
        var (attempts, passed) = (Attempts.None, TimeSpan.Zero);
        for (var i = 0; i < 1000; i++)
        {
            for (; attempts.MustWait(Attempts.PerAccount); passed += TimeSpan.FromSeconds(1))
                attempts = attempts with { Age = attempts.Age + TimeSpan.FromSeconds(1) };
            attempts = attempts.Next();
        }
        Assert.True(passed > TimeSpan.FromHours(16));
    }

    private static void AssertWaits(AttemptLimit limit, int count, int seconds)
    {
        var over = TimeSpan.FromSeconds(seconds);
        Assert.False(new Attempts(count, over).MustWait(limit));
        Assert.Equal(seconds > 0, new Attempts(count, seconds > 0 ? over - TimeSpan.FromTicks(1) : over).MustWait(limit));
    }
}

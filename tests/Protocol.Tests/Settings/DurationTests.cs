using Postern.Protocol;

namespace Postern.Tests;

public class DurationTests
{
    [Theory]
    [InlineData("0s", 0)]
    [InlineData("60s", 60)]
    [InlineData("15m", 900)]
    [InlineData("12h", 43_200)]
    [InlineData("30d", 2_592_000)]
    public void A_duration_is_a_number_and_a_unit(string text, int seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), Duration.TryParse(text));

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("60")]
    [InlineData("-1s")]
    [InlineData("+1s")]
    [InlineData(" 1s")]
    [InlineData("1.5h")]
    [InlineData("1w")]
    [InlineData("1S")]
    [InlineData("4294967295d")]
    [InlineData("4294967296s")]
    public void Anything_else_is_none(string text) => Assert.Null(Duration.TryParse(text));

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(90, "90s")]
    [InlineData(3600, "1h")]
    [InlineData(86_400, "1d")]
    [InlineData(90_000, "25h")]
    public void It_is_written_in_the_largest_unit_that_fits(int seconds, string text)
    {
        Assert.Equal(text, Duration.Format(TimeSpan.FromSeconds(seconds)));
        Assert.Equal(TimeSpan.FromSeconds(seconds), Duration.TryParse(text));
    }
}

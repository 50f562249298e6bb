using Postern.Protocol;

namespace Postern.Tests;

public class UserCodeTests
{
    private static readonly UserCode Code = UserCode.TryParse("BCDF-GHJK")!;

    [Theory, Rfc(8628, "6.1")]
    [InlineData("BCDF-GHJK")]
    [InlineData("bcdfghjk")]
    [InlineData("bcdf ghjk")]
    [InlineData("  B C D F\tG-H-J-K\r\n")]
    [InlineData("BCDF\u2014GHJK")] // an em dash, as telephones make one of two hyphens
    [InlineData("BCDF\u2011GHJK\u200B")]
    [InlineData("BCDF.GHJK")]
    public void A_code_may_be_typed_as_people_type(string typed) => Assert.Equal(Code, UserCode.TryParse(typed));

    [Theory, Rfc(8628, "6.1")]
    [InlineData("1528-60IO", "LSZB-GQLQ")]
    [InlineData("UCDF-GHJK", "VCDF-GHJK")]
    public void What_looks_like_a_letter_is_taken_for_it(string typed, string meant) => Assert.Equal(meant, UserCode.TryParse(typed)?.ToString());

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("BCDF-GHJ")]
    [InlineData("BCDF-GHJKL")]
    [InlineData("ACDF-GHJK")]
    [InlineData("BCDF-GHJ3")]
    [InlineData("BCDF_GHJK")]
    [InlineData("BCDF-GHJK\0")]
    [InlineData("\u0412CDF-GHJK")] // a Cyrillic letter
    [InlineData("BCDF-GHJK                                                        ")]
    public void Whatever_else_is_no_code(string? typed) => Assert.Null(UserCode.TryParse(typed));

    [Fact]
    public void A_code_is_read_back_as_it_was_shown()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var code = UserCode.From(Some.Bytes(UserCode.Entropy, seed));
            Assert.Matches("^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$", code.ToString());
            Assert.Equal(code, UserCode.TryParse(code.ToString()));
        }
    }

    [Fact, Rfc(8628, "6.1")]
    public void Every_letter_comes_up_in_every_place()
    {
        var random = new Random(1);
        var bytes = new byte[UserCode.Entropy];
        var seen = new HashSet<(int, char)>();
        for (var i = 0; i < 2000; i++)
        {
            random.NextBytes(bytes);
            seen.UnionWith(UserCode.From(bytes).ToString().Replace("-", "", StringComparison.Ordinal).Index());
        }
        Assert.Equal(8 * 20, seen.Count);
    }

    [Fact]
    public void A_code_names_one_row_a_day_and_is_not_in_its_name()
    {
        var day = DateOnly.FromDateTime(Some.Now.UtcDateTime);
        Assert.Equal(Code.Row(day), UserCode.TryParse("bcdfghjk")!.Row(day));
        Assert.NotEqual(Code.Row(day), Code.Row(day.AddDays(1)));
        Assert.NotEqual(Code.Row(day).Number, UserCode.TryParse("BCDF-GHJL")!.Row(day).Number);
    }
}

using Postern.Server;

namespace Postern.Tests;

public class HtmlTests
{
    [Theory]
    [InlineData("<script>", "&lt;script&gt;")]
    [InlineData("\"", "&quot;")]
    [InlineData("'", "&#x27;")]
    [InlineData("&amp;", "&amp;amp;")]
    [InlineData("\0", "&#x0;")]
    [InlineData("Zoë Ελένη 山田", "Zoë Ελένη 山田")]
    [InlineData(null, "")]
    public void A_hole_is_encoded(string? text, string expected) => Assert.Equal($"<p>{expected}</p>", Html.Of($"<p>{text}</p>").ToString());

    [Fact]
    public void Markup_in_a_hole_stays_markup_and_is_encoded_once()
    {
        var inner = Html.Of($"<b>{"&"}</b>");
        Assert.Equal("<p><b>&amp;</b></p>", Html.Of($"<p>{inner}</p>").ToString());
        Assert.Equal("<p><b>&amp;</b><b>&amp;</b></p>", Html.Of($"<p>{new[] { inner, inner }}</p>").ToString());
    }

    [Fact]
    public void Half_a_character_does_not_reach_the_page() => Assert.Equal("<p>&#xFFFD;</p>", Html.Of($"<p>{"\ud800"}</p>").ToString());

    [Fact]
    public void Nothing_is_nothing() => Assert.Equal("<p></p>", Html.Of($"<p>{Html.Empty}{default(Html)}</p>").ToString());

    [Fact]
    public void Markup_comes_from_nowhere_but_literals_and_other_markup()
    {
        Assert.Empty(typeof(Html).GetConstructors());
        Assert.Equal(["AppendFormatted", "AppendFormatted", "AppendFormatted", "AppendLiteral"], Own(typeof(Html.Handler)));
        Assert.Equal(["Of"], Own(typeof(Html)));
    }

    private static IEnumerable<string> Own(Type type) =>
        type.GetMethods()
            .Where(method => method.DeclaringType == type && !method.IsSpecialName && method.Name != "ToString")
            .Select(method => method.Name)
            .Order();
}

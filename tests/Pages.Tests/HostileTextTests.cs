using System.Xml.Linq;

namespace Postern.Tests;

/// <summary>Stored and reflected script injection: no text, in whatever field of whatever page, becomes markup.</summary>
public class HostileTextTests
{
    private static readonly string[] Hostile =
    [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "' onfocus='alert(1)' autofocus='",
        "</title></main></form><form action=https://evil.example>",
        "--><!--",
        "]]>&lt;b&gt;",
        "{{constructor}} ${7*7} `",
        "\u202Emoc.knab",
        "",
        " x=y ",
    ];

    public static TheoryData<string, string> Cases => new MatrixTheoryData<string, string>(AllPages.Names.Select(row => row.Data), Hostile);

    [Theory, MemberData(nameof(Cases))]
    public void Hostile_text_stays_text(string name, string text)
    {
        var page = AllPages.Parse(AllPages.Render(AllPages.Make(name, text), text));
        var harmless = AllPages.Parse(AllPages.Render(AllPages.Make(name)));
        Assert.Equal(Skeleton(harmless), Skeleton(page));
        Assert.Contains(text.Trim(), page.Root!.Element("head")!.Element("title")!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hostile_name_is_shown_as_it_is()
    {
        var page = AllPages.Parse(AllPages.Render(AllPages.Make("consent", Hostile[0])));
        Assert.Equal(Hostile[0], page.Descendants("bdi").First().Value);
        Assert.Equal(Hostile[0], page.ById("redirect-host").Value);
        Assert.Contains("Use use:" + Hostile[0], page.Descendants("li").Select(item => item.Value));
    }

    [Fact]
    public void Names_that_others_chose_cannot_turn_the_words_around_them()
    {
        foreach (var name in new[] { "sign in", "select account", "consent", "device, connected", "device, denied", "approvals" })
        {
            var page = AllPages.Parse(AllPages.Render(AllPages.Make(name, "\u202Emoc.knab")));
            // The redirect host comes from a verified URI, which is ASCII.
            var outside = page.Descendants("main").DescendantNodes().OfType<XText>()
                .Where(text => text.Parent!.Name != "bdi" && (string?)text.Parent.Attribute("id") != "redirect-host");
            Assert.DoesNotContain(outside, text => text.Value.Contains('\u202E', StringComparison.Ordinal));
        }
    }

    // Without the focus, which an empty login name moves.
    private static string[] Skeleton(XDocument page) => page.Descendants().Select(Outline).ToArray();

    private static string Outline(XElement element)
    {
        var attributes = element.Attributes().Select(attribute => attribute.Name).Where(name => name != "autofocus");
        return $"{element.Name} {string.Join(' ', attributes)}";
    }
}

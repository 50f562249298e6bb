using System.Xml.Linq;
using Postern.Protocol;
using Postern.Server;

namespace Postern.Tests;

public class ConsentPageTests
{
    [Fact]
    public void Known_scopes_are_sentences_and_others_are_shown_by_name()
    {
        var items = Parse("calendar.read openid profile email address phone offline_access").Descendants("li").ToList();
        Assert.Equal(
            [
                "Know that it is you who signs in",
                "See your name and the rest of your profile",
                "See your email address",
                "See your phone number",
                "See your postal address",
                "Keep this access while you are away",
                "Use calendar.read",
            ],
            items.Select(item => item.Value)
        );
        Assert.Equal("calendar.read", items[^1].Element("code")!.Value);
    }

    [Fact]
    public void Every_scope_of_OpenID_Connect_has_its_sentence() =>
        Assert.Empty(Parse(Scope.OpenIdConnect.ToString()).Descendants("li").Descendants("code"));

    [Fact, Rfc(6819, "5.2.4.1")]
    public void People_see_who_asks_who_they_are_and_where_the_answer_goes()
    {
        var page = Parse("openid");
        Assert.Equal(["Calendar", "Ada"], page.Descendants("bdi").Select(name => name.Value));
        Assert.Equal("client.example", page.ById("redirect-host").Value);
    }

    [Theory, Rfc(8252, "8.6")]
    [InlineData(true)]
    [InlineData(false)]
    public void An_app_on_this_device_is_named_as_one(bool isThisDevice) =>
        Assert.Equal(isThisDevice, Parse("openid", isThisDevice).Descendants().Any(element => (string?)element.Attribute("id") == "this-device"));

    [Fact]
    public void One_form_asks_and_its_buttons_answer()
    {
        var page = Parse("openid");
        Assert.Equal([("decision", "allow"), ("decision", "deny")], PageTests.Buttons(page.ById("consent-form")));
        Assert.Equal("Allow", page.ById("consent-allow").Value);
        Assert.Equal("Deny", page.ById("consent-deny").Value);
    }

    [Fact, Rfc(8707, "2")]
    public void The_scopes_of_a_resource_are_told_in_its_words_with_its_name()
    {
        const string scope = "openid https://a.example#read https://b.example#read https://b.example#gone read write";
        var items = Parse(scope, false, Known("https://a.example", "Orders", "Read your orders"), Known("https://b.example", "Bills", "See bills"));
        Assert.Equal(
            [
                "Know that it is you who signs in", "Read your orders (Orders)", "Use gone", "See bills (Bills)", "Read your orders (Orders)",
                "Use write",
            ],
            items.Descendants("li").Select(item => item.Value)
        );
    }

    private static Resource Known(string identifier, string name, string words) =>
        new() { Identifier = identifier, Name = name, Scopes = new Dictionary<string, string> { ["read"] = words }, CreatedAt = default };

    private static XDocument Parse(string scope, bool isThisDevice = false, params Resource[] resources)
    {
        var model = new ConsentModel("/consent", "Calendar", "i", "a", "Ada", "client.example", isThisDevice, Scope.TryParse(scope)!, resources);
        return AllPages.Parse(AllPages.Render(ConsentPage.Of(model)));
    }
}

using System.Xml.Linq;
using Postern.Protocol;
using Postern.Server;

namespace Postern.Tests;

public class PageTests
{
    private static readonly ServerOptions Options = new() { Issuer = "https://login.example/tenant", Storage = "", Name = "Example" };

    public static TheoryData<string> Names => AllPages.Names;

    [Theory, MemberData(nameof(Names)), Rfc(9700, "4.16"), Rfc(9700, "4.2.4"), Rfc(6819, "4.4.1.9")]
    public async Task Every_page_keeps_itself_to_itself(string name)
    {
        var (response, body) = await AllPages.AnswerAsync(new PageResponse(AllPages.Make(name), Options));
        var headers = response.Headers.ToDictionary(header => header.Key, header => header.Value.ToString());
        var script = body.Contains("<script", StringComparison.Ordinal) ? "script-src 'self'; " : "";
        var frames = body.Contains("<iframe", StringComparison.Ordinal) ? "frame-src https://a.example https://b.example; " : "";
        Assert.Equal(
            $"default-src 'none'; style-src 'self'; img-src 'self'; {script}{frames}form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
            headers["Content-Security-Policy"]
        );
        Assert.Equal("text/html; charset=utf-8", response.ContentType);
        Assert.Equal("DENY", headers["X-Frame-Options"]);
        Assert.Equal("nosniff", headers["X-Content-Type-Options"]);
        Assert.Equal("no-referrer", headers["Referrer-Policy"]);
        Assert.Equal("no-store", headers["Cache-Control"]);
        Assert.False(headers.ContainsKey("Cross-Origin-Opener-Policy"));
        Assert.Equal("camera=(), geolocation=(), microphone=()", headers["Permissions-Policy"]);
        Assert.Equal("max-age=31536000", headers["Strict-Transport-Security"]);
        Assert.StartsWith("<!DOCTYPE html>", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_lets_its_form_go_on_to_the_client()
    {
        var (response, _) = await AllPages.AnswerAsync(new PageResponse(AllPages.Make("consent") with { FormAction = "https:" }, Options));
        Assert.Contains("; form-action 'self' https:; ", response.Headers.ContentSecurityPolicy.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plain_http_on_localhost_is_not_held_to_https()
    {
        var (response, _) = await AllPages.AnswerAsync(new PageResponse(AllPages.Make("sign in"), Options with { Issuer = "http://localhost:7071" }));
        Assert.False(response.Headers.ContainsKey("Strict-Transport-Security"));
    }

    [Theory, MemberData(nameof(Names))]
    public void Nothing_is_inline_and_nothing_is_foreign(string name)
    {
        var page = AllPages.Parse(AllPages.Render(AllPages.Make(name)));
        Assert.Empty(page.Descendants("style"));
        Assert.All(page.Descendants("script"), script => Assert.Equal("", script.Value));
        // Each form has one, and so has the page that goes on by itself.
        var goesOn = page.Descendants("iframe").Any() ? 1 : 0;
        Assert.Equal(page.Descendants("form").Count() + goesOn, page.Descendants("script").Count());
        Assert.DoesNotContain(page.Descendants().Attributes(), attribute =>
            attribute.Name == "style" || attribute.Name.LocalName.StartsWith("on", StringComparison.Ordinal));
        // Where a person may go on to, and what apps signed out by, is not ours.
        var ours = page.Descendants().Where(element => element.Name != "iframe" && (string?)element.Attribute("id") != "continue");
        var links = ours.Attributes().Where(attribute => attribute.Name == "href" || attribute.Name == "src");
        Assert.All(links, link => Assert.StartsWith("/tenant/assets/", link.Value, StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Names)), Spec("WCAG", "1.3.1"), Spec("WCAG", "2.4.2"), Spec("WCAG", "3.1.1")]
    public void A_screen_reader_finds_its_way(string name)
    {
        var page = AllPages.Parse(AllPages.Render(AllPages.Make(name), "Example"));
        var heading = Assert.Single(page.Descendants("h1"));
        Assert.Equal($"{heading.Value} · Example", Assert.Single(page.Descendants("title")).Value);
        Assert.Equal("en", page.Root!.Attribute("lang")!.Value);
        Assert.Single(page.Descendants("main"));
        Assert.All(page.Descendants("img"), image => Assert.NotNull(image.Attribute("alt")));
        var ids = page.Descendants().Attributes("id").Select(id => id.Value).ToList();
        Assert.Equal(ids.Distinct(), ids);
        var labelled = page.Descendants("label").Select(label => label.Attribute("for")!.Value);
        Assert.Equal(labelled, Visible(page).Select(input => input.Attribute("id")!.Value));
        var described = page.Descendants().Attributes("aria-describedby").Select(attribute => page.ById(attribute.Value));
        Assert.All(described, description => Assert.Equal("alert", description.Attribute("role")!.Value));
    }

    [Fact]
    public void The_sign_in_page_helps_password_stores_and_keyboards()
    {
        var model = new SignInModel("/signin", "Calendar", "the-interaction", "the-token", null, SignInProblem.None);
        var page = AllPages.Parse(AllPages.Render(SignInPage.Of(model)));
        Assert.Equal(
            """<input id="login" name="login" type="text" value="" maxlength="254" required="required" autocomplete="username" """
                + """autocapitalize="none" autocorrect="off" spellcheck="false" autofocus="autofocus" />""",
            page.ById("login").ToString()
        );
        Assert.Equal(
            """<input id="password" name="password" type="password" required="required" autocomplete="current-password" />""",
            page.ById("password").ToString()
        );
        Assert.Equal([("interaction", "the-interaction"), ("antiforgery", "the-token")], HiddenFields(page.ById("signin-form")));
        Assert.Equal(("post", "/signin"), (page.ById("signin-form").Attribute("method")!.Value, page.ById("signin-form").Attribute("action")!.Value));
        Assert.Equal("submit", page.ById("signin").Attribute("type")!.Value);
        var longest = LoginName.MaxLength.ToString(System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(longest, page.ById("login").Attribute("maxlength")!.Value);
    }

    [Fact]
    public void Of_a_login_name_that_was_typed_only_control_characters_are_left_out()
    {
        const string typed = "Max\tMüster\u0085\u007f\0 \U0001F600\r\n";
        var page = AllPages.Parse(AllPages.Render(SignInPage.Of(new("/signin", "Calendar", "i", "a", typed, SignInProblem.NoLoginName))));
        Assert.Equal("MaxMüster \U0001F600", page.ById("login").Attribute("value")!.Value);
    }

    [Theory]
    [InlineData(null, "login")]
    [InlineData("", "login")]
    [InlineData("ada", "password")]
    public void The_focus_is_where_typing_goes_on(string? login, string focused)
    {
        var page = AllPages.Parse(AllPages.Render(SignInPage.Of(new("/signin", "Calendar", "i", "a", login, SignInProblem.None))));
        Assert.Equal(focused, Assert.Single(page.Descendants(), element => element.Attribute("autofocus") is not null).Attribute("id")!.Value);
    }

    [Theory]
    [InlineData("sign in", 200, null)]
    [InlineData("sign in, wrong", 400, "That login name and password do not match. Try again.")]
    [InlineData("sign in, no login name", 400, "A login name has only the letters a to z, digits and signs, and no spaces. Check it, then try again.")]
    [InlineData("sign in, wait", 429, "Too many attempts. Wait a minute, then try again.")]
    public void A_failed_sign_in_says_so_and_keeps_the_login_name_but_never_the_password(string name, int status, string? alert)
    {
        var page = AllPages.Make(name, "ada");
        var parsed = AllPages.Parse(AllPages.Render(page));
        Assert.Equal(status, page.Status);
        Assert.Equal(alert, parsed.Descendants().SingleOrDefault(element => (string?)element.Attribute("role") == "alert")?.Value);
        Assert.Equal("ada", parsed.ById("login").Attribute("value")!.Value);
        Assert.Null(parsed.ById("password").Attribute("value"));
    }

    [Fact]
    public void Account_selection_offers_to_go_on_or_to_be_somebody_else()
    {
        var model = new SelectAccountModel("/signin", "Calendar", "i", "a", "Ada Lovelace", "ada");
        var form = AllPages.Parse(AllPages.Render(SelectAccountPage.Of(model))).ById("select-account-form");
        Assert.Equal([("choice", "continue"), ("choice", "other")], Buttons(form));
        Assert.Equal(["Continue as Ada Lovelace ada", "Use another account"], form.Elements("button").Select(button => button.Value.Trim()));
    }

    [Fact]
    public void Form_post_carries_the_response_and_works_without_script()
    {
        (string, string)[] parameters = [("code", "the-code"), ("state", "\"s\"")];
        var response = new AuthorizationResponse("https://client.example/cb?a=1&b=2", ResponseMode.FormPost, parameters)
        {
            FormActionSource = "https:",
        };
        var form = AllPages.Parse(AllPages.Render(NoticePages.FormPost(response))).ById("form-post");
        Assert.Equal(("post", "https://client.example/cb?a=1&b=2"), (form.Attribute("method")!.Value, form.Attribute("action")!.Value));
        Assert.Equal([("code", "the-code"), ("state", "\"s\"")], HiddenFields(form));
        Assert.Equal("submit", Assert.Single(form.Elements("button")).Attribute("type")!.Value);
    }

    [Theory]
    [InlineData(400, "Go back to the app and start again.")]
    [InlineData(503, "Wait a moment")]
    public void An_error_page_says_what_to_do_and_where_the_log_tells_more(int status, string advice)
    {
        var page = NoticePages.Error(new PageError("It went wrong.", "the exact reason") { Status = status }, "3f9a2c71");
        var html = AllPages.Render(page);
        var parsed = AllPages.Parse(html);
        Assert.Equal(status, page.Status);
        Assert.Equal("It went wrong.", parsed.ById("error-message").Value);
        Assert.Equal("3f9a2c71", parsed.ById("reference").Value);
        Assert.Contains(advice, html, StringComparison.Ordinal);
        Assert.DoesNotContain("the exact reason", html, StringComparison.Ordinal);
    }

    private static IEnumerable<XElement> Visible(XDocument page) =>
        page.Descendants("input").Where(input => (string?)input.Attribute("type") != "hidden");

    internal static IEnumerable<(string, string)> Buttons(XElement form) => form.Elements("button").Select(NameAndValue);

    private static IEnumerable<(string, string)> HiddenFields(XElement form) =>
        form.Elements("input").Where(input => (string?)input.Attribute("type") == "hidden").Select(NameAndValue);

    private static (string, string) NameAndValue(XElement element) => (element.Attribute("name")!.Value, element.Attribute("value")!.Value);
}

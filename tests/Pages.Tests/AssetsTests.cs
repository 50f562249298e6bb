using System.Text.RegularExpressions;
using Postern.Server;

namespace Postern.Tests;

public class AssetsTests
{
    public static TheoryData<string, string> Known => new()
    {
        { "postern.css", "text/css; charset=utf-8" },
        { "postern.svg", "image/svg+xml" },
        { "form-post.js", "text/javascript; charset=utf-8" },
    };

    [Theory, MemberData(nameof(Known))]
    public async Task The_linked_asset_may_be_kept_for_good(string name, string contentType)
    {
        var (response, body) = await GetAsync(name, Version(name));
        Assert.Equal((200, contentType), (response.StatusCode, response.ContentType));
        Assert.Equal("public, max-age=31536000, immutable", response.Headers.CacheControl);
        Assert.Equal("nosniff", response.Headers.XContentTypeOptions);
        Assert.NotEmpty(body);
    }

    [Theory]
    [InlineData("")]
    [InlineData("of-another-version")]
    public async Task What_another_version_links_to_is_not_kept(string version)
    {
        var (response, _) = await GetAsync("postern.css", version);
        Assert.Equal("no-cache", response.Headers.CacheControl);
    }

    [Theory, Rfc(9110, "13.1.2")]
    [InlineData("{0}", 304)]
    [InlineData("W/{0}", 304)]
    [InlineData("\"other\", {0}", 304)]
    [InlineData("*", 304)]
    [InlineData("\"other\"", 200)]
    [InlineData("not a tag", 200)]
    public async Task A_browser_that_has_it_is_told_so(string ifNoneMatch, int status)
    {
        var (first, _) = await GetAsync("postern.css", "");
        var known = string.Format(System.Globalization.CultureInfo.InvariantCulture, ifNoneMatch, first.Headers.ETag.ToString());
        var (response, body) = await GetAsync("postern.css", "", request => request.Headers.IfNoneMatch = known);
        Assert.Equal(status, response.StatusCode);
        Assert.Equal(status == 304, body.Length == 0);
    }

    [Fact]
    public async Task HEAD_has_the_headers_alone()
    {
        var (response, body) = await GetAsync("postern.css", "", request => request.Method = HttpMethods.Head);
        Assert.True(response.ContentLength > 0);
        Assert.Empty(body);
    }

    [Theory]
    [InlineData("Html.cs")]
    [InlineData("../postern.css")]
    [InlineData("POSTERN.CSS")]
    public async Task Nothing_else_is_served(string name)
    {
        var result = await ResultAsync(name);
        Assert.Equal(404, Assert.IsType<IStatusCodeHttpResult>(result, exactMatch: false).StatusCode);
    }

    [Fact]
    public async Task The_assets_load_nothing_and_the_script_just_submits()
    {
        var (_, style) = await GetAsync("postern.css", "");
        Assert.DoesNotMatch(new Regex(@"url\(|@import", RegexOptions.IgnoreCase), style);
        var (_, mark) = await GetAsync("postern.svg", "");
        Assert.DoesNotMatch(new Regex("<script|<style|href|on[a-z]+=", RegexOptions.IgnoreCase), mark);
        var (_, script) = await GetAsync("form-post.js", "");
        Assert.EndsWith("""HTMLFormElement.prototype.submit.call(document.getElementById("form-post"));""", script.Trim(), StringComparison.Ordinal);
    }

    private static string Version(string name) => Assets.Url(name).Split("?v=")[1];

    private static async Task<(HttpResponse Response, string Body)> GetAsync(string name, string version, Action<HttpRequest>? ask = null) =>
        await AllPages.AnswerAsync(
            await ResultAsync(name),
            request =>
            {
                request.QueryString = QueryString.Create("v", version);
                ask?.Invoke(request);
            }
        );

    private static Task<IResult> ResultAsync(string name)
    {
        var http = new DefaultHttpContext();
        http.Request.RouteValues["name"] = name;
        return Assets.HandleAsync(http.Request);
    }
}

using Postern.Protocol;

namespace Postern.Tests;

public class ResourceTests
{
    [Theory, Rfc(8707, "2")]
    [InlineData("https://api.example.com", true)]
    [InlineData("https://api.example.com/", true)]
    [InlineData("https://api.example.com/app?version=2", true)]
    [InlineData("http://localhost:5000", true)]
    [InlineData("urn:example:cooperation-context", true)]
    [InlineData("https://api.example.com/#part", false)]
    [InlineData("https://api.example.com#", false)]
    [InlineData("/orders", false)]
    [InlineData("api.example.com", false)]
    [InlineData("https://api.example.com/a b", false)]
    [InlineData("https://api.example.com/\"", false)]
    [InlineData("https://bücher.example", false)]
    [InlineData("", false)]
    [InlineData("https:", false)]
    public void An_identifier_is_an_absolute_URI_without_a_fragment(string text, bool good)
    {
        Assert.Equal(good, Resource.IsIdentifier(text));
        Assert.Equal(good, !Resource.Problems(Some.Resource(text)).Any());
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void An_identifier_has_a_longest_length(int over, bool good) =>
        Assert.Equal(good, Resource.IsIdentifier("urn:" + new string('x', Resource.MaxIdentifierLength - 4 + over)));

    public static TheoryData<string, Resource> Refused =>
        new()
        {
            { "name", Some.Resource() with { Name = "" } },
            { "name", Some.Resource() with { Name = "Ord\u202eers" } },
            { "name", Some.Resource() with { Name = new string('x', 101) } },
            { "1 to 64 scopes", Some.Resource() with { Scopes = new Dictionary<string, string>() } },
            { "1 to 64 scopes", Some.Resource("https://a.example", [.. Enumerable.Range(0, 65).Select(i => $"s{i}")]) },
            { "scope value", Some.Resource("https://a.example", "two words") },
            { "scope value", Some.Resource("https://a.example", "one,two") },
            { "scope value", Some.Resource("https://a.example", "a=b") },
            { "scope value", Some.Resource("https://a.example", "") },
            { "OpenID Connect's", Some.Resource("https://a.example", "email") },
            { "words for orders", Some.Resource() with { Scopes = new Dictionary<string, string> { ["orders"] = "" } } },
            { "words for orders", Some.Resource() with { Scopes = new Dictionary<string, string> { ["orders"] = "one\ntwo" } } },
            { "30000 characters", Some.Resource("https://a.example", new string('x', 30_000)) },
            { "lifetime", Some.Resource() with { AccessTokenLifetime = TimeSpan.FromSeconds(29) } },
            { "lifetime", Some.Resource() with { AccessTokenLifetime = TimeSpan.FromHours(25) } },
            { "algorithm", Some.Resource() with { SigningAlgorithm = "HS256" } },
        };

    [Theory, MemberData(nameof(Refused))]
    public void What_may_not_be_registered_is_refused_with_a_sentence(string about, Resource resource) =>
        Assert.Contains(Resource.Problems(resource), problem => problem.Contains(about, StringComparison.Ordinal));
}

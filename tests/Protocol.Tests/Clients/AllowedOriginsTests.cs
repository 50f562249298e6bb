using Postern.Protocol;

namespace Postern.Tests;

[Rfc(6454, "6.2")]
public class AllowedOriginsTests
{
    [Theory]
    [InlineData("https://app.example.com", null)]
    [InlineData("https://app.example.com:8443", null)]
    [InlineData("http://localhost:3000", null)]
    [InlineData("http://127.0.0.1:3000", null)]
    [InlineData("http://[::1]:3000", null)]
    [InlineData("capacitor://localhost", null)]
    [InlineData("https://xn--bcher-kva.example", null)]
    [InlineData("null", "null")]
    [InlineData("*", "a scheme, a host")]
    [InlineData("app.example.com", "a scheme, a host")]
    [InlineData("/app", "a scheme, a host")]
    [InlineData("com.example:/app", "a scheme, a host")]
    [InlineData("http://app.example.com", "must be https")]
    [InlineData("https://app.example.com/", "https://app.example.com.")]
    [InlineData("https://app.example.com/callback", "https://app.example.com.")]
    [InlineData("https://app.example.com:443", "https://app.example.com.")]
    [InlineData("https://App.example.com", "https://app.example.com.")]
    [InlineData("https://alice@app.example.com", "https://app.example.com.")]
    [InlineData("https://bücher.example", "https://xn--bcher-kva.example.")]
    public void An_origin_is_what_browsers_send(string origin, string? problem)
    {
        var client = Some.Client() with { AllowedOrigins = new AllowedOrigins([origin]) };
        Assert.Equal(problem is null, !ClientRegistration.Problems(client).Any());
        Assert.All(ClientRegistration.Problems(client), one => Assert.Contains(problem!, one, StringComparison.Ordinal));
    }

    [Fact]
    public void There_are_at_most_fifty()
    {
        var client = Some.Client() with { AllowedOrigins = new AllowedOrigins([.. Enumerable.Range(0, 51).Select(i => $"https://{i}.example")]) };
        Assert.Single(ClientRegistration.Problems(client));
    }
}

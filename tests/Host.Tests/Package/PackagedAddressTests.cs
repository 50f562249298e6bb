using System.Net;
using Postern.FunctionsHost;

namespace Postern.Tests;

/// <summary>Attempts to sign in are counted by the address that the front end names, which nobody can choose for themselves.</summary>
public sealed class PackagedAddressTests
{
    private const string Setting = "POSTERN_CLIENT_ADDRESS_HEADER";
    private const string Named = "X-Azure-ClientIP";

    [Fact, Rfc(6819, "5.1.4.2.3")]
    public async Task Guesses_from_one_address_have_to_wait_whatever_else_they_say_of_where_they_come_from()
    {
        await using var server = await PosternHost.StartAsync(null, (Setting, Named));
        var browser = await server.Browser().GoAsync(new Flow(server, "own").Url());
        for (var guess = 0; guess < 50; guess++)
            Assert.Equal(HttpStatusCode.BadRequest, await GuessAsync(server, browser, guess, "192.0.2.1"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await GuessAsync(server, browser, 50, "192.0.2.1"));
        Assert.Equal(HttpStatusCode.BadRequest, await GuessAsync(server, browser, 51, "192.0.2.2"));
    }

    [Theory]
    [InlineData("X-Forwarded-For")]
    [InlineData("x-forwarded-host")]
    public async Task A_header_that_the_host_replaces_is_no_setting_behind_it(string header)
    {
        var settings = new Dictionary<string, string> { [Setting] = header };
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => TestHost.StartAsync(Deployment.Package, settings));
        Assert.Contains($"{Setting} must not be one that the Functions host replaces", refused.Message.Replace(":", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    // The front end adds its line after those of the client, and the host joins them.
    private static async Task<HttpStatusCode> GuessAsync(PosternHost server, Browser browser, int guess, string address)
    {
        var headers = server.Http.DefaultRequestHeaders;
        headers.Clear();
        headers.Add(Named, [$"198.51.100.{guess}", address]);
        headers.Add("X-Forwarded-For", $"198.51.100.{guess}");
        return (await browser.SignInAsync($"person{guess}@example.com", "wrong")).Page!.Status;
    }
}

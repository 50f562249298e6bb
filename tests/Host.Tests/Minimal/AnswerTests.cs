using System.Net;
using Postern.FunctionsHost;

namespace Postern.Tests;

/// <summary>What a client gets of a worker's answer under the test host is what it gets under the Functions host.</summary>
public sealed class AnswerTests(MinimalHost minimal) : IClassFixture<MinimalHost>
{
    [Theory]
    [InlineData(200)]
    [InlineData(204)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(304)]
    [InlineData(307)]
    [InlineData(401)]
    [InlineData(503)]
    public async Task A_status_and_its_headers_come_out_as_they_are_and_no_redirect_is_followed(int status)
    {
        var answer = await minimal.GetAsync($"answer?status={status}&Location=https%3A%2F%2Fa.example%2F&Cache-Control=no-store&ETag=%22a%22&Retry-After=7&X-Dup=1&X-Dup=2");
        Assert.Equal((HttpStatusCode)status, answer.Status);
        Assert.Equal(("https://a.example/", "no-store", "\"a\"", "7"), (answer.Header("Location"), answer.Header("Cache-Control"), answer.Header("ETag"), answer.Header("Retry-After")));
        Assert.Equal(["1", "2"], answer.Headers["X-Dup"]);
        Assert.Equal("Kestrel", answer.Header("Server"));
    }

    [Theory]
    [InlineData("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")]
    [InlineData("Strict-Transport-Security", "max-age=31536000")]
    [InlineData("X-Frame-Options", "DENY")]
    [InlineData("Vary", "Origin, Accept")]
    [InlineData("Link", "<https://a.example/>; rel=\"next\"")]
    [InlineData("Pragma", "no-cache")]
    [InlineData("Date", "Thu, 01 Jan 2026 00:00:00 GMT")]
    public async Task A_header_comes_out_as_the_function_has_written_it(string name, string value)
    {
        using var response = await minimal.Http.GetAsync($"answer?status=200&{name}={Uri.EscapeDataString(value)}");
        Assert.Equal(value, string.Join('|', response.Headers.NonValidated[name]));
    }

    [Theory]
    [InlineData(200)]
    [InlineData(401)]
    public async Task A_length_that_is_known_is_kept_and_otherwise_the_body_is_chunked(int status)
    {
        using var known = await minimal.Http.GetAsync($"answer?status={status}&Content-Length=6");
        using var unknown = await minimal.Http.GetAsync($"answer?status={status}", HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(((long?)6, (bool?)true), (known.Content.Headers.ContentLength, unknown.Headers.TransferEncodingChunked));
    }

    [Fact]
    public async Task Two_cookies_and_two_challenges_stay_two()
    {
        Assert.Equal(2, (await minimal.GetAsync("setcookies")).Headers["Set-Cookie"].Length);
        Assert.Equal(["Basic", "Bearer"], (await minimal.GetAsync("answer?status=401&WWW-Authenticate=Basic&WWW-Authenticate=Bearer")).Headers["WWW-Authenticate"]);
    }

    [Fact]
    public async Task A_function_that_throws_is_500_without_a_body_though_the_workers_web_server_says_200()
    {
        var answer = await minimal.GetAsync("throw");
        Assert.Equal((HttpStatusCode.InternalServerError, ""), (answer.Status, answer.Body));
        Assert.Contains(minimal.Host.Failures, failure => failure.Function == "throw" && failure.Problem.Contains("throws", StringComparison.Ordinal));
    }

    [Fact]
    public Task A_function_that_throws_after_it_has_sent_something_breaks_the_connection() =>
        Assert.ThrowsAnyAsync<HttpRequestException>(() => minimal.GetAsync("throw?after=flush"));

    [Fact]
    public async Task Two_hundred_requests_at_once_are_answered_each()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(n => minimal.GetAsync($"echo/{n}")));
        Assert.Equal(Enumerable.Range(0, 200).Select(n => $"{n}"), answers.Select(answer => answer.Text("rest")));
    }

    [Fact]
    public async Task On_Flex_preflights_are_the_platforms_and_elsewhere_the_apps()
    {
        Assert.Equal(HttpStatusCode.OK, (await PreflightAsync(minimal)).Status);
        await using var flex = await MinimalHost.StartAsync(new PlatformOptions { CorsOrigins = ["https://spa.example"] });
        var answer = await PreflightAsync(flex);
        Assert.Equal((HttpStatusCode.NoContent, "https://spa.example"), (answer.Status, answer.Header("Access-Control-Allow-Origin")));
    }

    private static async Task<Answer> PreflightAsync(MinimalHost host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, "echo");
        request.Headers.Add("Origin", "https://spa.example");
        request.Headers.Add("Access-Control-Request-Method", "POST");
        using var response = await host.Http.SendAsync(request);
        return await Answer.ReadAsync(response);
    }
}

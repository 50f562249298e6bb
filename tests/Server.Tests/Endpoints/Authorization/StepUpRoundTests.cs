using System.Net;
using System.Text.RegularExpressions;

namespace Postern.Tests;

/// <summary>The round of RFC 9470: an API wants a newer sign-in, the client asks for one, and the API is content.</summary>
public partial class StepUpRoundTests
{
    [Theory, Rfc(9470, "3"), Rfc(9470, "4"), Rfc(9470, "6")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_API_that_wants_a_newer_sign_in_gets_one(bool introspects)
    {
        await using var server = await AuthServer.StartAsync();
        var api = new PaymentApi(server, introspects);
        var flow = new Flow(server, "own");
        var browser = server.Browser();
        var first = await flow.RedeemAsync(await flow.CodeAsync(browser));
        Assert.Null(await api.PayAsync(first.AccessToken));

        server.Clock.Advance(TimeSpan.FromMinutes(10));
        var challenge = await api.PayAsync(first.AccessToken);
        Assert.StartsWith("Bearer error=\"insufficient_user_authentication\"", challenge, StringComparison.Ordinal);
        // To refresh proves nothing about the person.
        Assert.NotNull(await api.PayAsync((await flow.RefreshAsync(first.RefreshToken)).AccessToken));

        await browser.GoAsync(flow.Url([.. Asked(challenge!)]));
        Assert.True(browser.Shows("signin-form"));
        await browser.SignInAsync();
        var second = await flow.RedeemAsync(browser.Sent("code")!);
        Assert.Null(await api.PayAsync(second.AccessToken));
        var (before, after) = (Jwt.Claims(first.AccessToken), Jwt.Claims(second.AccessToken));
        Assert.Equal(600, after.GetProperty("auth_time").GetInt64() - before.GetProperty("auth_time").GetInt64());
        Assert.Equal("urn:postern:acr:1fa", Jwt.Claims(second.Text("id_token")!).GetProperty("acr").GetString());
    }

    [Fact, Rfc(9470, "5")]
    public async Task Who_is_in_the_context_that_is_wanted_is_not_asked_again()
    {
        await using var server = await AuthServer.StartAsync();
        Assert.NotNull((await server.AuthorizeAsync("own", ("acr_values", "urn:postern:acr:1fa"), ("max_age", "60"))).Sent("code"));
        const string essential = """{"id_token":{"acr":{"essential":true,"value":"urn:postern:acr:1fa"}}}""";
        Assert.NotNull((await server.AuthorizeAsync("own", ("claims", essential))).Sent("code"));
    }

    [Fact, Rfc(9068, "2.2.1")]
    public async Task A_machine_has_neither_acr_nor_auth_time()
    {
        await using var server = await AuthServer.StartAsync();
        var token = (await server.PostAsync("/token", "web", ("grant_type", "client_credentials"))).AccessToken;
        foreach (var claims in new[] { Jwt.Claims(token), (await server.PostAsync("/introspect", "web", ("token", token))).Json })
            Assert.False(claims.TryGetProperty("acr", out _) || claims.TryGetProperty("auth_time", out _));
    }

    // What the client reads from the challenge goes into its authorization request as it is.
    private static IEnumerable<(string, string?)> Asked(string challenge) =>
        Parameter().Matches(challenge).Select(one => (one.Groups["name"].Value, (string?)one.Groups["value"].Value));

    [GeneratedRegex("(?<name>acr_values|max_age)=\"?(?<value>[^\",]*)")]
    private static partial Regex Parameter();

    /// <summary>A resource server that lets people pay who have signed in within five minutes.</summary>
    private sealed class PaymentApi(AuthServer server, bool introspects)
    {
        private const string Acr = "urn:postern:acr:1fa";

        /// <returns>The challenge; null: it is paid.</returns>
        public async Task<string?> PayAsync(string token)
        {
            var answer = await server.PostAsync("/introspect", "api", ("token", token));
            Assert.Equal(HttpStatusCode.OK, answer.Status);
            Assert.True((await Jwt.VerifyAsync(server, token, AuthServer.Issuer, "at+jwt")).IsValid);
            var claims = introspects ? answer.Json : Jwt.Claims(token);
            var signedIn = DateTimeOffset.FromUnixTimeSeconds(claims.GetProperty("auth_time").GetInt64());
            return claims.GetProperty("acr").GetString() == Acr && server.Clock.Now - signedIn <= TimeSpan.FromMinutes(5)
                ? null
                : $"Bearer error=\"insufficient_user_authentication\", error_description=\"Sign in again\", max_age=300, acr_values=\"gold {Acr}\"";
        }
    }
}

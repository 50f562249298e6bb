using System.Diagnostics;
using System.Net;
using Postern.Local;

namespace Postern.Tests;

/// <summary>Azurite stopped in its tracks: it takes connections and requests, and answers none.</summary>
public class FrozenStorageTests
{
    [Fact, Rfc(9110, "15.6.4")]
    public async Task Every_answer_comes_within_15_seconds_says_when_to_come_back_and_is_one_line_in_the_log()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signal that stops a process.");
        await using var azurite = await Azurite.StartAsync(null, null);
        await using var server = await AuthServer.StartAsync(storage: azurite.ConnectionString);
        var world = await World.PrepareAsync(server);
        await SignalAsync(azurite, "STOP");
        try
        {
            var before = server.Log.Lines.Count;
            var waiting = (world.BackChannel.Select(WaitAsync).ToList(), world.Pages.Select(WaitAsync).ToList(), world.Redirects.Select(WaitAsync).ToList());
            var told = await Task.WhenAll(waiting.Item1);
            var (shown, sent) = (await Task.WhenAll(waiting.Item2), await Task.WhenAll(waiting.Item3));
            Assert.All(told, answer => Assert.Equal((HttpStatusCode.ServiceUnavailable, true), (answer.Status, answer.Header("Retry-After") is not null)));
            Assert.All(told.SkipLast(1), answer => Assert.Equal("temporarily_unavailable", answer.Error));
            Assert.All(shown.Select(browser => browser.Page!), page =>
            {
                Assert.Equal((HttpStatusCode.ServiceUnavailable, "5"), (page.Status, page.Header("Retry-After")));
                Assert.Contains("id=\"reference\"", page.Body, StringComparison.Ordinal);
            });
            Assert.All(sent, browser => Assert.Equal(("temporarily_unavailable", "the-state"), (browser.Sent("error"), browser.Sent("state"))));

            var lines = server.Log.Lines.Skip(before).Where(line => line.Contains(" Postern ", StringComparison.Ordinal)).ToList();
            Assert.Equal(told.Length + shown.Length + sent.Length, lines.Count);
            Assert.All(lines, line => Assert.StartsWith("Warning Postern ", line, StringComparison.Ordinal));
            Assert.All(lines, line => Assert.Contains("is held up: Table Storage did not ", line, StringComparison.Ordinal));
            Assert.All(lines, line => Assert.DoesNotContain(" at ", line, StringComparison.Ordinal));
        }
        finally
        {
            await SignalAsync(azurite, "CONT");
        }
        // Nobody has lost anything by asking.
        foreach (var ask in world.BackChannel.Take(2))
            Assert.Equal(HttpStatusCode.OK, (await ask()).Status);
    }

    private static async Task<T> WaitAsync<T>(Func<Task<T>> act)
    {
        var waited = Stopwatch.StartNew();
        var answer = await act();
        Assert.InRange(waited.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(15));
        return answer;
    }

    private static async Task SignalAsync(Azurite azurite, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{azurite.ProcessId}"]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>What each kind of caller asks for.</summary>
    private sealed record World(Func<Task<Answer>>[] BackChannel, Func<Task<Browser>>[] Pages, Func<Task<Browser>>[] Redirects)
    {
        public static async Task<World> PrepareAsync(AuthServer server)
        {
            var flow = new Flow(server, "rotating");
            var signedIn = await server.SignedInAsync();
            var tokens = await flow.TokensAsync(await server.SignedInAsync());
            var (code, refresh) = (await flow.CodeAsync(signedIn.Copy()), tokens.RefreshToken);
            var atSignIn = await server.Browser().GoAsync(new Flow(server, "own").Url());
            var atConsent = await signedIn.Copy().GoAsync(new Flow(server, "web").Url());
            var atSignOut = await signedIn.Copy().GoAsync("/signout");
            Assert.True(atSignIn.Shows("signin-form") && atConsent.Shows("consent-allow") && atSignOut.Shows("signout"));
            return new World(
                [
                    () => flow.RedeemAsync(code),
                    () => flow.RefreshAsync(refresh),
                    () => server.PostAsync("/introspect", "rotating", ("token", tokens.AccessToken)),
                    () => server.PostAsync("/introspect", "rotating", ("token", refresh)),
                    () => server.GetAsync("/userinfo", tokens.AccessToken),
                    () => server.PostAsync("/revoke", "rotating", ("token", tokens.AccessToken)),
                    // Not known here yet, so it is to be read.
                    () => server.PostAsync("/token", "es256", ("grant_type", "client_credentials")),
                    () => server.GetAsync("/health/ready"),
                ],
                [
                    () => server.Browser().GoAsync(new Flow(server, "nopkce").Url()),
                    () => atSignIn.SignInAsync(),
                    () => atConsent.ConsentAsync(),
                    () => atSignOut.SubmitAsync(),
                ],
                [
                    () => server.Browser().GoAsync(new Flow(server, "own").Url()),
                    () => signedIn.Copy().GoAsync(new Flow(server, "own").Url(("prompt", "none"))),
                    () => signedIn.Copy().GoAsync(new Flow(server, "web").Url()),
                ]);
        }
    }
}

namespace Postern.Tests;

/// <summary>What the cost page says that a step asks for is what it asks for.</summary>
public class CostTests
{
    private static readonly Dictionary<string, string[]> Page = ReadPage();

    [Fact]
    public async Task Signing_in_with_a_password()
    {
        await using var server = await StartAsync();
        await CostsAsync("Sign-in with a password", server, async browser =>
        {
            await browser.GoAsync(new Flow(server, "rotating").Url());
            await browser.SignInAsync();
            Assert.NotNull(browser.Sent("code"));
        });
    }

    [Fact]
    public async Task Signing_in_with_a_session()
    {
        await using var server = await StartAsync();
        var signedIn = await server.SignedInAsync();
        await CostsAsync("Sign-in with a session", server, async browser =>
        {
            foreach (var (name, value) in signedIn.Cookies)
                browser.Cookies[name] = value;
            Assert.NotNull((await browser.GoAsync(new Flow(server, "rotating").Url())).Sent("code"));
        });
    }

    [Fact]
    public async Task Redeeming_refreshing_and_looking_at_tokens()
    {
        await using var server = await StartAsync();
        var flow = new Flow(server, "rotating");
        var code = await flow.CodeAsync(await server.SignedInAsync());
        var tokens = await CostsAsync("Code exchange", server, () => flow.RedeemAsync(code));
        await CostsAsync("Refresh", server, () => flow.RefreshAsync(tokens.RefreshToken));
        await CostsAsync("Client credentials", server, () => server.PostAsync("/token", "rotating", ("grant_type", "client_credentials")));
        await CostsAsync("Introspection", server, () => server.PostAsync("/introspect", "rotating", ("token", tokens.AccessToken)));
        await CostsAsync("User info", server, () => server.GetAsync("/userinfo", tokens.AccessToken));
        await CostsAsync("Page file", server, () => server.GetAsync("/assets/postern.css"));
        await CostsAsync("Discovery and keys", server, () => server.GetAsync("/jwks"));
    }

    /// <summary>A server that knows its clients already, as one does a minute after its start, and Alice's consent.</summary>
    private static async Task<AuthServer> StartAsync()
    {
        var server = await AuthServer.StartAsync(options => options with { ClientCache = TimeSpan.FromDays(1) });
        await new Flow(server, "rotating").TokensAsync(server.Browser());
        await server.SignedInAsync();
        return server;
    }

    private static Task<Answer> CostsAsync(string step, AuthServer server, Func<Task<Answer>> act) =>
        MeasureAsync(step, server, async () => (await act(), 1));

    private static Task<Answer> CostsAsync(string step, AuthServer server, Func<Browser, Task> act) =>
        MeasureAsync(step, server, async () =>
        {
            var browser = server.Browser();
            await act(browser);
            return (browser.Answers[^1], browser.Asked.Count);
        });

    private static async Task<Answer> MeasureAsync(string step, AuthServer server, Func<Task<(Answer Answer, int Calls)>> act)
    {
        server.RoundTrips.Reset();
        var signatures = server.Signing.Signatures;
        var (answer, calls) = await act();
        Assert.True((int)answer.Status < 400, answer.Body);
        int[] measured = [calls, server.RoundTrips.Reads, server.RoundTrips.Writes, server.Signing.Signatures - signatures];
        Assert.Equal(Page[step], measured.Select(number => $"{number}"));
        return answer;
    }

    /// <summary>The numbers of each row, by its first column.</summary>
    private static Dictionary<string, string[]> ReadPage() =>
        File.ReadLines(Path.Combine(Checkout.Folder, "infra", "COST.md"))
            .SkipWhile(line => !line.StartsWith("| step |", StringComparison.Ordinal))
            .Skip(2)
            .TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Trim('|', ' ').Split('|', StringSplitOptions.TrimEntries))
            .ToDictionary(row => row[0], row => row[1..^1]);
}

using System.Net;
using Postern.Server;

namespace Postern.Tests;

/// <summary>What the cost page says that a step asks for is what it asks for.</summary>
public class CostTests
{
    private static readonly Dictionary<string, string[]> Page = ReadPage();

    // Decides as the console does, which is all that the host collects.
    private static readonly ILoggerFactory Loggers = LoggerFactory.Create(Logs.Configure);

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
        var flow = new Flow(server, "rotating", scope: "openid profile email api:read offline_access");
        var code = await flow.CodeAsync(await server.SignedInAsync());
        var tokens = await CostsAsync("Code exchange", server, () => flow.RedeemAsync(code));
        await CostsAsync("Refresh", server, () => flow.RefreshAsync(tokens.RefreshToken));
        await CostsAsync("Client credentials", server, () => server.PostAsync("/token", "rotating", ("grant_type", "client_credentials")));
        await CostsAsync("Introspection", server, () => server.PostAsync("/introspect", "rotating", ("token", tokens.AccessToken)));
        await CostsAsync("User info", server, () => server.GetAsync("/userinfo", tokens.AccessToken));
        await CostsAsync("Page file", server, () => server.GetAsync("/assets/postern.css"));
        await CostsAsync("Discovery and keys", server, () => server.GetAsync("/jwks"));
    }

    [Fact]
    public async Task Starting()
    {
        await using var server = await AuthServer.StartAsync();
        // Alone it sweeps at once, and says so; behind the Functions host it does when the timer is due.
        var lines = Written(server.Log.Lines.Where(line => !line.Contains("tables of past days", StringComparison.Ordinal)));
        Assert.Contains($" {lines} for each start", File.ReadAllText(PagePath));
    }

    [Fact]
    public async Task Refusing()
    {
        await using var server = await StartAsync();
        var lines = Written(server.Log.Lines);
        Assert.Equal(HttpStatusCode.BadRequest, (await new Flow(server, "rotating").RedeemAsync("no code")).Status);
        Assert.Equal(1, Written(server.Log.Lines) - lines);
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
        var (signatures, lines) = (server.Signing.Signatures, Written(server.Log.Lines));
        var (answer, calls) = await act();
        Assert.True((int)answer.Status < 400, answer.Body);
        var signed = server.Signing.Signatures - signatures;
        int[] measured = [calls, server.RoundTrips.Reads, server.RoundTrips.Writes, signed, Written(server.Log.Lines) - lines];
        Assert.Equal(Page[step], measured.Select(number => $"{number}"));
        return answer;
    }

    /// <summary>How many of these lines go to the console.</summary>
    private static int Written(IEnumerable<string> lines) =>
        lines.Select(line => line.Split(' ', 3)).Count(line => Loggers.CreateLogger(line[1]).IsEnabled(Enum.Parse<LogLevel>(line[0])));

    private static string PagePath => Path.Combine(Checkout.Folder, "infra", "COST.md");

    /// <summary>The numbers of each row, by its first column.</summary>
    private static Dictionary<string, string[]> ReadPage() =>
        File.ReadLines(PagePath)
            .SkipWhile(line => !line.StartsWith("| step |", StringComparison.Ordinal))
            .Skip(2)
            .TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Trim('|', ' ').Split('|', StringSplitOptions.TrimEntries))
            .ToDictionary(row => row[0], row => row[1..^1]);
}

using System.Net;
using System.Text;
using Postern.Server;

namespace Postern.Tests;

/// <summary>What is presented as a secret is in no log line and in no table.</summary>
public class SecrecyTests
{
    private const string RequestLines = "Microsoft.AspNetCore.Hosting.Diagnostics";

    [Fact, Rfc(6819, "5.1.4.1.3")]
    public async Task No_secret_is_logged_or_stored()
    {
        await using var server = await AuthServer.StartAsync();
        var secrets = await UseEverythingAsync(server);
        var lines = LinesOf(server);
        var log = string.Join('\n', lines);
        var rows = await RowsAsync(server);
        Assert.NotEmpty(log);
        Assert.Contains(AuthServer.Subject, rows, StringComparison.Ordinal);
        foreach (var (name, secret) in secrets)
        {
            var telling = lines.FirstOrDefault(line => line.Contains(secret, StringComparison.Ordinal));
            Assert.False(log.Contains(secret, StringComparison.Ordinal), $"{name} is in the log: {telling}");
            Assert.False(rows.Contains(secret, StringComparison.Ordinal), $"{name} is in a table");
        }
    }

    [Fact]
    public async Task Refusals_are_logged_with_their_reason_and_without_what_was_sent()
    {
        await using var server = await AuthServer.StartAsync();
        (string Path, string Body)[] requests =
        [
            ("/token", "grant_type=client_credentials&client_id=post&client_secret=SECRET1"),
            ("/token", "grant_type=authorization_code&client_id=app&code=SECRET2&code_verifier=SECRET3"),
            ("/token", "grant_type=refresh_token&client_id=app&refresh_token=SECRET4"),
            ("/revoke", "client_id=app&token=SECRET5"),
            ("/introspect", "client_id=app&token=SECRET6"),
            ("/userinfo", "access_token=SECRET7"),
            ("/signin", "login=SECRET8&password=SECRET9"),
            ("/token", "SECRET10=%00"),
            ("/userinfo?x=1", "access_token=SECRET11&access_token=SECRET12"),
        ];
        foreach (var (path, body) in requests)
            await server.PostRawAsync(path, body, authorization: null);
        await server.PostRawAsync("/token", "grant_type=client_credentials", authorization: AuthServer.Basic("web", "SECRET13").ToString());
        await server.GetAsync("/userinfo", "SECRET14");
        await server.GetAsync(new Flow(server, "own").Url(("id_token_hint", "SECRET15")));
        await server.GetAsync("/signout?id_token_hint=SECRET16&state=SECRET17&post_logout_redirect_uri=https%3A%2F%2Fweb.example%2F%3Fx%3DSECRET18");
        var log = string.Join('\n', LinesOf(server));
        Assert.Contains("wrong or expired secret", log, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", log, StringComparison.Ordinal);
    }

    [Fact]
    public void The_lines_that_name_a_request_with_its_query_are_turned_off()
    {
        using var loggers = LoggerFactory.Create(Logs.Configure);
        Assert.False(loggers.CreateLogger(RequestLines).IsEnabled(LogLevel.Information));
        Assert.True(loggers.CreateLogger("Postern").IsEnabled(LogLevel.Information));
    }

    private static async Task<List<(string Name, string Secret)>> UseEverythingAsync(AuthServer server)
    {
        var flow = new Flow(server, "rotating");
        var hint = (await new Flow(server, "rotating").TokensAsync()).Text("id_token")!;
        var browser = await server.Browser().GoAsync(flow.Url(("id_token_hint", hint), ("prompt", "consent")));
        await browser.SignInAsync(password: "a wrong password");
        await browser.SignInAsync();
        await browser.ConsentAsync();
        var code = browser.Sent("code")!;
        var tokens = await flow.RedeemAsync(code);
        var next = await flow.RefreshAsync(tokens.RefreshToken);
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/userinfo", next.AccessToken)).Status);
        await server.PostAsync("/introspect", "rotating", ("token", next.RefreshToken));
        await server.PostAsync("/revoke", "rotating", ("token", next.AccessToken));
        await server.PostAsync("/token", "post", ("grant_type", "client_credentials"));
        await flow.RedeemAsync(code);
        await flow.RefreshAsync(next.RefreshToken);
        var device = await Device.StartAsync(server);
        await device.AnswerAsync();
        await device.PollAsync();
        var asked = await Backchannel.AskAsync(server);
        var pinged = await Backchannel.AskAsync(server, "pinged", ("client_notification_token", "to-be-called-with"));
        await asked.PollAsync();
        await pinged.PollAsync();
        var secrets = new List<(string Name, string Secret)>
        {
            ("the code", code[4..]),
            ("an auth_req_id", asked.Id[^40..]),
            ("an auth_req_id that is sent again", pinged.Id[^40..]),
            ("the device code", device.Code[4..]),
            ("the end of the device code", device.Code[^40..]),
            ("the code that is typed", device.UserCode),
            ("the first refresh token", tokens.RefreshToken[4..]),
            ("the second refresh token", next.RefreshToken[4..]),
            ("an access token", tokens.AccessToken),
            ("its signature", tokens.AccessToken.Split('.')[2]),
            ("an ID token as a hint", hint.Split('.')[2]),
            ("an ID token", tokens.Text("id_token")!.Split('.')[2]),
            ("the client's secret", AuthServer.Secret),
            ("the password", AuthServer.Password),
            ("a wrong password", "a wrong password"),
            ("the verifier", flow.Verifier),
            ("the password in a form", "correct+horse"),
        };
        // The secret half of each handle, as base64url spells it on its own and behind the row id.
        secrets.AddRange(new[] { code, tokens.RefreshToken, next.RefreshToken }.Select(handle => ("the end of a handle", handle[^40..])));
        secrets.AddRange(browser.Cookies.Select(cookie => (cookie.Key, cookie.Value[^40..])));
        await browser.GoAsync(SignOutExtensions.SignOutUrl(("id_token_hint", tokens.Text("id_token"))));
        Assert.Contains("You are signed out", browser.Page!.Body, StringComparison.Ordinal);
        return secrets;
    }

    // Of every level and category, but for the lines that are turned off whatever the level.
    private static List<string> LinesOf(AuthServer server) =>
        [.. server.Log.Lines.Where(line => !line.Contains(RequestLines, StringComparison.Ordinal))];

    private static async Task<string> RowsAsync(AuthServer server)
    {
        var rows = new StringBuilder();
        foreach (var table in await server.Tables.ListTablesAsync("", default))
        {
            await foreach (var row in server.Tables.QueryAsync(table, null, default))
                rows.AppendJoin('\n', row.Entity.Select(column => column.Value is byte[] bytes ? Convert.ToBase64String(bytes) : $"{column.Value}")).Append('\n');
        }
        return rows.ToString();
    }
}

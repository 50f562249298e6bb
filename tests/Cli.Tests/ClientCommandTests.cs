using System.Text;
using System.Text.Json;
using Postern.Cli;
using Postern.Protocol;

namespace Postern.Tests;

public class ClientCommandTests(Operator someone) : IClassFixture<Operator>
{
    private const string Callback = "https://app.example.com/callback";

    [Fact]
    public async Task A_web_client_needs_an_id_and_a_redirect_URI_only()
    {
        var added = await someone.RunAsync("client", "add", "web", "--redirect-uri", Callback, "--json");
        Assert.Equal(ExitCodes.Ok, added.Code);
        var client = await someone.ReadClientAsync("web");
        Assert.Empty(ClientRegistration.Problems(client));
        Assert.Equal([GrantTypes.AuthorizationCode, GrantTypes.RefreshToken], client.GrantTypes);
        Assert.Equal("email offline_access openid profile", client.Scope.ToString());
        Assert.Null(Refusal(client, added.Text("client_secret")));
        Assert.NotNull(Refusal(client, added.Text("client_secret") + "x"));
    }

    public static TheoryData<string, string, string, string[]> Profiles =>
        new()
        {
            { "p-spa", "none", "authorization_code refresh_token", ["--public", "--redirect-uri", Callback] },
            { "p-native", "none", "authorization_code refresh_token", ["--native"] },
            { "p-device", "none", "urn:ietf:params:oauth:grant-type:device_code refresh_token", ["--device"] },
            { "p-machine", "client_secret_basic client_secret_post", "client_credentials", ["--machine", "--scope", "orders"] },
            { "p-api", "client_secret_basic client_secret_post", "", ["--resource-server", "https://api.example.com"] },
            {
                "p-both",
                "client_secret_basic client_secret_post",
                "authorization_code refresh_token",
                ["--resource-server", "https://api.example.com", "--redirect-uri", Callback]
            },
            {
                "p-post",
                "client_secret_post",
                "authorization_code client_credentials",
                [
                    "--auth-method", "client_secret_post", "--redirect-uri", Callback,
                    "--grant-type", "authorization_code", "--grant-type", "client_credentials",
                ]
            },
        };

    [Theory, MemberData(nameof(Profiles))]
    public async Task Each_profile_makes_a_client_that_the_server_accepts(string id, string method, string grantTypes, string[] args)
    {
        var added = await someone.RunAsync(["client", "add", id, .. args, "--json"]);
        Assert.Equal("", added.Code == 0 ? "" : added.Error);
        var client = await someone.ReadClientAsync(id);
        Assert.Empty(ClientRegistration.Problems(client));
        Assert.Equal((method, grantTypes), (string.Join(' ', client.TokenEndpointAuthMethods), string.Join(' ', client.GrantTypes)));
        Assert.Equal(client.IsPublic, !added.Json().TryGetProperty("client_secret", out _));
    }

    [Fact]
    public async Task A_client_that_asks_people_is_told_where_it_wants_to_be_and_not_any_more()
    {
        const string endpoint = "https://bank.example.com/told";
        string[] asks = ["--grant-type", GrantTypes.Ciba, "--notification-endpoint", endpoint];
        var added = (await someone.RunAsync(["client", "add", "bank", .. asks, "--json"])).Json();
        Assert.Equal(endpoint, added.GetProperty("backchannel_client_notification_endpoint").GetString());
        await someone.RunAsync("client", "set", "bank", "--notification-endpoint", "");
        Assert.Null((await someone.ReadClientAsync("bank")).NotificationEndpoint);
        var refused = await someone.RunAsync("client", "set", "bank", "--notification-endpoint", "http://bank.example.com/");
        Assert.Equal(ExitCodes.Refused, refused.Code);
        Assert.Contains("The notification endpoint must be https", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_client_may_have_in_exchange_is_set_shown_and_taken_away()
    {
        string[] grantTypes = ["--grant-type", GrantTypes.TokenExchange, "--grant-type", GrantTypes.JwtBearer];
        string[] policy = ["--exchange-from", "web", "--exchange-from", "shop", "--exchange-to", "https://stock.example stock:read"];
        string[] added = ["--resource-server", "https://orders.example", "--on-behalf-of", "https://stock.example stock:write", .. grantTypes, .. policy];
        var client = await someone.RunAsync(["client", "add", "exchanger", .. added, "--json"]);
        Assert.Equal("", client.Code == 0 ? "" : client.Error);
        Assert.Equal(("shop", "https://stock.example stock:write"), (Last(client.Json(), "exchange_from"), Last(client.Json(), "on_behalf_of")));
        string[] exchangeOnly = ["--grant-type", GrantTypes.TokenExchange, "--on-behalf-of", "", "--exchange-from", "web", "--exchange-impersonation"];
        Assert.Equal(ExitCodes.Ok, (await someone.RunAsync(["client", "set", "exchanger", .. exchangeOnly])).Code);
        Assert.Equivalent(
            new ExchangePolicy { From = ["web"], To = [TokenTarget.TryParse("https://stock.example stock:read")!], MayImpersonate = true },
            (await someone.ReadClientAsync("exchanger")).Exchange,
            strict: true
        );

        static string? Last(JsonElement shown, string name) => shown.GetProperty(name).EnumerateArray().Last().GetString();
    }

    [Theory]
    [InlineData("give each client by itself", "--exchange-from", "web,shop")]
    [InlineData("is an audience and, behind a space, scope values", "--exchange-to", "https://a.example x,y")]
    [InlineData("is an audience and, behind a space, scope values", "--on-behalf-of", "https://a.example \"x\"")]
    public async Task What_is_no_policy_is_refused_with_the_way_out(string wayOut, params string[] args)
    {
        var refused = await someone.RunAsync(["client", "add", "no-policy", "--redirect-uri", Callback, .. args]);
        Assert.Equal(ExitCodes.Refused, refused.Code);
        Assert.Contains(wayOut, refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_ways_to_send_a_secret_are_narrowed_and_widened_and_shown()
    {
        await someone.RunAsync("client", "add", "ways", "--redirect-uri", Callback, "--auth-method", "client_secret_post");
        string[] both = ["--auth-method", "client_secret_basic", "--auth-method", "client_secret_post"];
        var json = (await someone.RunAsync(["client", "set", "ways", .. both, "--json"])).Json();
        var shown = json.GetProperty("token_endpoint_auth_methods").EnumerateArray().Select(method => method.GetString());
        Assert.Equal(["client_secret_basic", "client_secret_post"], shown);
        var refused = await someone.RunAsync("client", "set", "ways", "--auth-method", "none", "--auth-method", "client_secret_post");
        Assert.Equal((ExitCodes.Refused, ""), (refused.Code, refused.Out));
    }

    [Theory]
    [InlineData("--scope \"openid profile\"", "--scope", "openid,profile")]
    [InlineData("--redirect-uri <one> --redirect-uri <another>", "--redirect-uri", "https://a.example/cb,https://b.example/cb")]
    [InlineData("--redirect-uri <one> --redirect-uri <another>", "--redirect-uri", "https://a.example/cb;http://localhost/cb")]
    [InlineData("--redirect-uri <one> --redirect-uri <another>", "--redirect-uri", "https://a.example/cb com.example.app:/cb")]
    [InlineData("--grant-type <one> --grant-type <another>", "--grant-type", "authorization_code,refresh_token")]
    public async Task Several_values_in_one_are_refused_with_the_way_out(string wayOut, params string[] args)
    {
        await someone.RunAsync("client", "add", "several", "--redirect-uri", Callback);
        var before = await someone.ReadClientAsync("several");
        foreach (var command in new[] { "add", "set" })
        {
            var refused = await someone.RunAsync(["client", command, command == "add" ? "joined" : "several", .. args, "--redirect-uri", Callback]);
            Assert.Equal((ExitCodes.Refused, ""), (refused.Code, refused.Out));
            Assert.Contains(wayOut, refused.Error, StringComparison.Ordinal);
        }
        Assert.Equivalent(before, await someone.ReadClientAsync("several"));
        Assert.Null(await someone.Clients.ReadAsync("joined", TestContext.Current.CancellationToken));
    }

    [Fact, Rfc(8252, "7.1"), Rfc(9700, "2.1.1")]
    public async Task A_risk_is_warned_of_once_and_registered()
    {
        string[] risks = ["--redirect-uri", "com.someapp.app://oauthCallback", "--redirect-uri", "myapp://cb", "--no-pkce"];
        var added = await someone.RunAsync(["client", "add", "risky", .. risks, "--scope", "orders", "--json"]);
        Assert.Equal(ExitCodes.Ok, added.Code);
        Assert.Contains("myapp://cb: any app", added.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("com.someapp.app://", added.Error, StringComparison.Ordinal);
        Assert.Contains("Without PKCE", added.Error, StringComparison.Ordinal);
        Assert.Equal("com.someapp.app://oauthCallback", added.Json().GetProperty("redirect_uris")[0].GetString());
        var changed = await someone.RunAsync("client", "set", "risky", "--name", "Risky");
        Assert.Equal((ExitCodes.Ok, false), (changed.Code, changed.Error.Contains("PKCE", StringComparison.Ordinal)));
        await someone.RunAsync("client", "set", "risky", "--no-pkce", "false");
        Assert.Contains("Without PKCE", (await someone.RunAsync("client", "set", "risky", "--no-pkce")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_problems_are_told_at_once_and_nothing_is_stored()
    {
        string[] wrong = ["--redirect-uri", "http://app.example.com/", "--redirect-uri", Callback + "#f", "--code-lifetime", "1h", "--name", ""];
        var refused = await someone.RunAsync(["client", "add", "bad", .. wrong]);
        Assert.Equal(ExitCodes.Refused, refused.Code);
        Assert.Equal("", refused.Out);
        string[] problems = ["must be https", "has a fragment", "code lifetime", "client name"];
        Assert.All(problems, problem => Assert.Contains(problem, refused.Error, StringComparison.Ordinal));
        Assert.Null(await someone.Clients.ReadAsync("bad", TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("--redirect-uri", "no-uri")]
    [InlineData("--scope", "no-scope", "--machine")]
    public async Task What_is_missing_is_named(string option, params string[] args)
    {
        var refused = await someone.RunAsync(["client", "add", .. args]);
        Assert.Equal(ExitCodes.Refused, refused.Code);
        Assert.Contains(option, refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_id_that_is_taken_is_refused()
    {
        await someone.RunAsync("client", "add", "taken", "--native");
        var before = await someone.ReadClientAsync("taken");
        Assert.Equal(ExitCodes.Refused, (await someone.RunAsync("client", "add", "taken", "--native", "--name", "Another")).Code);
        Assert.Equal(before.ClientName, (await someone.ReadClientAsync("taken")).ClientName);
    }

    [Fact]
    public async Task Set_changes_what_is_given_and_keeps_the_rest()
    {
        await someone.RunAsync("client", "add", "set", "--redirect-uri", Callback, "--access-token-lifetime", "5m", "--alg", "ES256");
        var before = await someone.ReadClientAsync("set");
        string[] changes = ["--name", "Shop", "--no-consent", "--access-token-lifetime", "default", "--rotate-refresh-tokens", "on"];
        var code = (await someone.RunAsync(["client", "set", "set", .. changes])).Code;
        var after = await someone.ReadClientAsync("set");
        Assert.Equal((ExitCodes.Ok, "Shop", false), (code, after.ClientName, after.RequireConsent));
        Assert.Equal((null, true), (after.AccessTokenLifetime, after.RotateRefreshTokens));
        Assert.Null(after.LeanIdToken);
        Assert.Equal(TimeSpan.FromMinutes(5), before.AccessTokenLifetime);
        Assert.Equal((before.SigningAlgorithm, before.Scope), (after.SigningAlgorithm, after.Scope));
        Assert.Equal(before.Secrets[0].Hash, after.Secrets[0].Hash);
        await someone.RunAsync("client", "set", "set", "--no-consent", "false");
        Assert.True((await someone.ReadClientAsync("set")).RequireConsent);
        foreach (var (word, lean) in new (string, bool?)[] { ("on", true), ("off", false), ("default", null) })
        {
            await someone.RunAsync("client", "set", "set", "--lean-id-token", word);
            Assert.Equal(lean, (await someone.ReadClientAsync("set")).LeanIdToken);
        }
    }

    [Fact]
    public async Task Set_refuses_what_add_would_refuse()
    {
        await someone.RunAsync("client", "add", "strict", "--native");
        var refused = await someone.RunAsync("client", "set", "strict", "--no-consent", "--no-pkce");
        Assert.Equal(ExitCodes.Refused, refused.Code);
        Assert.Contains("RFC 8252 §8.6", refused.Error, StringComparison.Ordinal);
        Assert.Contains("RFC 9700 §2.1.1", refused.Error, StringComparison.Ordinal);
        Assert.True((await someone.ReadClientAsync("strict")).RequirePkce);
    }

    [Fact]
    public async Task A_client_that_becomes_public_loses_its_secret_and_one_that_becomes_confidential_gets_one()
    {
        await someone.RunAsync("client", "add", "turn", "--redirect-uri", Callback);
        await someone.RunAsync("client", "set", "turn", "--auth-method", "none");
        Assert.Empty((await someone.ReadClientAsync("turn")).Secrets);
        var back = await someone.RunAsync("client", "set", "turn", "--auth-method", "client_secret_basic", "--json");
        Assert.Null(Refusal(await someone.ReadClientAsync("turn"), back.Text("client_secret")));
    }

    [Fact]
    public async Task A_rotated_secret_is_good_at_once_and_the_old_one_until_the_overlap_ends()
    {
        var old = (await someone.RunAsync("client", "add", "rotate", "--redirect-uri", Callback, "--json")).Text("client_secret");
        var rotated = (await someone.RunAsync("client", "rotate-secret", "rotate", "--overlap", "24h", "--json")).Text("client_secret");
        var client = await someone.ReadClientAsync("rotate");
        Assert.Null(Refusal(client, old));
        Assert.Null(Refusal(client, rotated));
        Assert.NotNull(Refusal(client, old, TimeSpan.FromHours(25)));
        Assert.Null(Refusal(client, rotated, TimeSpan.FromHours(25)));
        var last = (await someone.RunAsync("client", "rotate-secret", "rotate", "--yes", "--json")).Text("client_secret");
        Assert.Null(Refusal(await someone.ReadClientAsync("rotate"), last));
        Assert.NotNull(Refusal(await someone.ReadClientAsync("rotate"), rotated));
        Assert.Single((await someone.ReadClientAsync("rotate")).Secrets);
    }

    [Theory]
    [InlineData("rotate-secret", "public-one", "--yes")]
    [InlineData("rotate-secret", "public-one", "--overlap", "soon")]
    [InlineData("rotate-secret", "nobody", "--yes")]
    [InlineData("show", "nobody")]
    [InlineData("set", "nobody", "--name", "x")]
    [InlineData("remove", "nobody")]
    public async Task What_cannot_be_done_is_refused_with_a_sentence(params string[] args)
    {
        await someone.RunAsync("client", "add", "public-one", "--native");
        var refused = await someone.RunAsync(["client", .. args]);
        Assert.Equal((ExitCodes.Refused, ""), (refused.Code, refused.Out));
        Assert.NotEmpty(refused.Error);
    }

    [Fact]
    public async Task A_removed_client_is_gone()
    {
        await someone.RunAsync("client", "add", "gone", "--native");
        Assert.Equal(ExitCodes.Ok, (await someone.RunAsync("client", "remove", "gone", "--yes")).Code);
        Assert.Equal(ExitCodes.Refused, (await someone.RunAsync("client", "show", "gone")).Code);
    }

    [Fact]
    public async Task Clients_are_listed_as_a_table_and_as_JSON()
    {
        await someone.RunAsync("client", "add", "listed", "--redirect-uri", Callback, "--name", "Listed \"here\"");
        var json = (await someone.RunAsync("client", "list", "--json")).Json();
        var listed = Assert.Single(json.EnumerateArray(), client => client.GetProperty("client_id").GetString() == "listed");
        Assert.Equal("Listed \"here\"", listed.GetProperty("client_name").GetString());
        Assert.Equal(JsonValueKind.Null, listed.GetProperty("audience").ValueKind);
        var lines = (await someone.RunAsync("client", "list")).Out.Split('\n');
        var column = lines[0].IndexOf("client_name", StringComparison.Ordinal);
        var row = Assert.Single(lines, line => line.StartsWith("listed ", StringComparison.Ordinal));
        Assert.Equal(column, row.IndexOf("Listed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_secret_is_shown_once_and_never_sent_to_the_tables()
    {
        var secret = (await someone.RunAsync("client", "add", "secret", "--redirect-uri", Callback, "--json")).Text("client_secret");
        var hash = Convert.ToBase64String(Postern.Cli.Secrets.Hash(secret));
        Assert.Equal(43, secret.Length);
        Assert.Contains(hash, someone.Sent.Replace("\\u002B", "+", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain(secret, someone.Sent, StringComparison.Ordinal);
        var shown = await someone.RunAsync("client", "show", "secret");
        Assert.DoesNotContain(secret, shown.Out + shown.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(hash, shown.Out + shown.Error, StringComparison.Ordinal);
    }

    private OAuthError? Refusal(Client client, string secret, TimeSpan after = default)
    {
        var header = "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes($"{client.ClientId}:{secret}"));
        Assert.True(RequestParameters.Parse("").Succeeds(out var nothing, out _));
        Assert.True(ClientCredentials.Parse(header, nothing).Succeeds(out var credentials, out _));
        return credentials.Refuses(client, someone.Clock.Now + after);
    }
}

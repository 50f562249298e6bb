using Postern.Protocol;

namespace Postern.Tests;

public class ServerOptionsTests
{
    private static readonly Dictionary<string, string> Good = new()
    {
        ["POSTERN_ISSUER"] = "https://login.example",
        ["POSTERN_STORAGE"] = "UseDevelopmentStorage=true",
        ["POSTERN_KEY_VAULT"] = "https://v.vault.azure.net",
    };

    [Fact]
    public void Three_settings_are_enough()
    {
        var options = Read();
        Assert.Equal(("https://login.example", "Postern"), (options.Issuer, options.Name));
        Assert.Equal(new Lifetimes(), options.Lifetimes);
    }

    [Fact]
    public void Every_problem_is_told_at_once_by_the_name_of_its_setting()
    {
        (string, string)[] bad =
        [
            ("POSTERN_ISSUER", "http://login.example"),
            ("POSTERN_STORAGE", "AccountName=x"),
            ("POSTERN_KEY_VAULT", "https://vault"),
            ("POSTERN_KEY_VAULT_RSA_KEY", "a/b"),
            ("POSTERN_CLIENT_ADDRESS_HEADER", "X-Address:"),
            ("POSTERN_LISTEN", "https://127.0.0.1:7071"),
            ("POSTERN_CODE_LIFETIME", "1h"),
            ("POSTERN_ACCESS_TOKEN_LIFETIME", "fifteen"),
            ("POSTERN_ID_TOKEN_LIFETIME", "0s"),
            ("POSTERN_REFRESH_TOKEN_LIFETIME", "500d"),
            ("POSTERN_REFRESH_TOKEN_MAX_LIFETIME", "-1d"),
            ("POSTERN_REFRESH_GRACE", "1h"),
            ("POSTERN_SESSION_LIFETIME", "1y"),
            ("POSTERN_CLIENT_CACHE", "s"),
            ("POSTERN_SCOPES", "orders:read,orders:write"),
        ];
        var problems = Assert.Throws<InvalidSettingsException>(() => Read(bad));
        Assert.Equal(bad.Select(setting => setting.Item1).Order(), problems.Problems.Select(problem => problem.Name).Order());
        Assert.All(problems.Problems, problem => Assert.Contains(problem.Name, problems.Message, StringComparison.Ordinal));
    }

    [Theory, Rfc(8414, "2")]
    [InlineData("https://login.example/")]
    [InlineData("https://login.example/a/")]
    [InlineData("https://login.example?x")]
    [InlineData("https://login.example#x")]
    [InlineData("https://user@login.example")]
    [InlineData("https://LOGIN.example")]
    [InlineData("https://login.example:443")]
    [InlineData("ftp://login.example")]
    [InlineData("http://127.0.0.2")]
    [InlineData("login.example")]
    [InlineData("https://login.example/a/../b")]
    [InlineData("https://login.example//evil.example")]
    [InlineData("https://login.example/{a}")]
    public void An_issuer_is_refused_unless_it_is_https_and_plain(string issuer) =>
        Assert.Throws<InvalidSettingsException>(() => Read(("POSTERN_ISSUER", issuer)));

    [Theory]
    [InlineData("https://login.example/tenant", "/tenant")]
    [InlineData("http://localhost:7071", "")]
    [InlineData("http://127.0.0.1:7071", "")]
    [InlineData("https://login.example:8443", "")]
    public void Other_issuers_are_fine(string issuer, string path)
    {
        var options = Read(("POSTERN_ISSUER", issuer));
        Assert.Equal((issuer, path), (options.Issuer, options.BasePath));
    }

    [Theory]
    [InlineData("http://localhost:7071", true)]
    [InlineData("http://0.0.0.0:8080", true)]
    [InlineData("http://[::]:8080", true)]
    [InlineData("http://ip6-localhost:8080", false)]
    [InlineData("http://*:8080", false)]
    [InlineData("7071", false)]
    public void An_address_to_listen_at_is_an_address(string listen, bool accepted)
    {
        if (accepted)
            Assert.Equal(listen, Read(("POSTERN_LISTEN", listen)).Listen);
        else
            Assert.Throws<InvalidSettingsException>(() => Read(("POSTERN_LISTEN", listen)));
    }

    [Theory]
    [InlineData("90s", 90)]
    [InlineData("2m", 120)]
    [InlineData("1h", 3600)]
    [InlineData("1d", 86400)]
    public void Durations_have_a_unit(string text, int seconds) =>
        Assert.Equal(seconds, Read(("POSTERN_ACCESS_TOKEN_LIFETIME", text)).Lifetimes.AccessToken.TotalSeconds);

    [Fact]
    public void A_refresh_token_cannot_slide_beyond_its_end()
    {
        var invalid = Assert.Throws<InvalidSettingsException>(() => Read(("POSTERN_REFRESH_TOKEN_MAX_LIFETIME", "1d")));
        Assert.Contains("POSTERN_REFRESH_TOKEN_LIFETIME", invalid.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AccountName=x;AccountKey=c2VjcmV0", null)]
    [InlineData("AccountName=x;AccountKey=c2VjcmV0%", "base64")]
    [InlineData("AccountName=x;AccountKey=", "base64")]
    [InlineData("AccountKey=c2VjcmV0", "without AccountName")]
    [InlineData("AccountName=x;AccountKey=c2VjcmV0;TableEndpoint=c2VjcmV0", "names no address")]
    [InlineData("AccountName=x y;AccountKey=c2VjcmV0", "names no address")]
    [InlineData("https://account.table.core.windows.net", null)]
    [InlineData("https://account.table.core.windows.net/", null)]
    [InlineData("https://account.table.core.windows.net/c2VjcmV0", "neither")]
    [InlineData("https://account.table.core.windows.net?sig=c2VjcmV0", "neither")]
    [InlineData("http://account.table.core.windows.net", "neither")]
    public void Storage_that_could_not_be_reached_is_a_problem_like_the_others_and_its_key_in_no_message(string storage, string? problem)
    {
        var invalid = Assert.Throws<InvalidSettingsException>(() => Read(("POSTERN_ISSUER", ""), ("POSTERN_STORAGE", storage)));
        Assert.Equal(problem is null ? 1 : 2, invalid.Problems.Count);
        Assert.Contains(problem ?? "", invalid.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0", invalid.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X-Forwarded-For", true, 1)]
    [InlineData("x-forwarded-for", true, 1)]
    [InlineData("X-Azure-ClientIP", true, 0)]
    [InlineData("X-Forwarded-For", false, 0)]
    public void An_address_header_that_the_Functions_host_replaces_is_refused_behind_it(string header, bool isBehindIt, int problems)
    {
        var settings = new Dictionary<string, string>(Good) { ["POSTERN_CLIENT_ADDRESS_HEADER"] = header };
        var found = Record.Exception(() => ServerOptions.Read(settings.GetValueOrDefault, isBehindFunctionsHost: isBehindIt));
        Assert.Equal(problems, (found as InvalidSettingsException)?.Problems.Count ?? 0);
    }

    [Fact]
    public void An_identity_that_is_not_there_is_told_with_the_other_problems()
    {
        var settings = new Dictionary<string, string>(Good) { ["POSTERN_ISSUER"] = "", ["POSTERN_IDENTITY"] = "developer" };
        var invalid = Assert.Throws<InvalidSettingsException>(
            () => ServerOptions.Read(settings.GetValueOrDefault, identity => $"is {identity}, which is not here")
        );
        Assert.Equal(["POSTERN_IDENTITY", "POSTERN_ISSUER"], invalid.Problems.Select(problem => problem.Name).Order());
        Assert.Contains("POSTERN_IDENTITY is DeveloperLogin, which is not here.", invalid.Message, StringComparison.Ordinal);
        settings["POSTERN_IDENTITY"] = "develper";
        invalid = Assert.Throws<InvalidSettingsException>(() => ServerOptions.Read(settings.GetValueOrDefault, _ => "is not here"));
        Assert.Equal(2, invalid.Problems.Count);
    }

    [Theory]
    [InlineData("POSTERN_CODE_LIFETIME")]
    [InlineData("POSTERN_SIGNING")]
    [InlineData("POSTERN_NAME")]
    public void A_setting_of_blanks_is_not_set(string name) => Assert.Equal(Read(), Read((name, "  ")));

    private static ServerOptions Read(params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string>(Good);
        foreach (var (name, value) in settings)
            all[name] = value;
        return ServerOptions.Read(name => all.GetValueOrDefault(name));
    }
}

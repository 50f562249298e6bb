using Postern.Cli;
using Postern.Storage;

namespace Postern.Tests;

public sealed class DoctorTests : IAsyncLifetime
{
    private readonly Clinic clinic = new();

    private Operator Someone => clinic.Someone;

    public ValueTask InitializeAsync() => clinic.InitializeAsync();

    public ValueTask DisposeAsync() => clinic.DisposeAsync();

    [Fact]
    public async Task A_server_in_good_health_has_no_failure_and_one_warning_for_http()
    {
        await new ExpiringTables(Someone.Tables).SweepAsync(Someone.Clock.Now, [1], TestContext.Current.CancellationToken);
        var (code, findings) = await clinic.LookAsync();
        Assert.Equal(ExitCodes.Ok, code);
        Assert.Equal(["https"], findings.Where(finding => finding.Result != "ok").Select(finding => finding.Check));
        string[] all = ["clock", "cost of keys", "health", "https", "keys", "metadata", "published keys", "settings", "tables", "tables of the day"];
        Assert.Equal(all, findings.Select(finding => finding.Check).Distinct().Order());
    }

    [Fact]
    public async Task The_probe_leaves_nothing_behind()
    {
        await clinic.LookAsync();
        var probes = Someone.Sent.Split('\n').Where(line => line.Contains("probe-", StringComparison.Ordinal)).ToArray();
        Assert.Contains(probes, line => line.StartsWith("POST", StringComparison.Ordinal));
        Assert.Contains(probes, line => line.StartsWith("DELETE", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Tables_that_the_sweep_has_not_made_are_a_warning()
    {
        var (code, findings) = await clinic.LookAsync();
        Assert.Equal(ExitCodes.Ok, code);
        Assert.Contains(findings, finding => finding is { Result: "warn", Check: "tables of the day" });
    }

    [Theory]
    [InlineData("fail", "POSTERN_CODE_LIFETIME", "soon", "duration")]
    [InlineData("fail", "POSTERN_CODE_LIFETIME", "1d", "at most 10m")]
    [InlineData("fail", "POSTERN_KEY_VAULT", "vault", "https URL")]
    [InlineData("fail", "POSTERN_REFRESH_TOKEN_LIFETIME", "300d", "must not exceed")]
    [InlineData("warn", "POSTERN_KEY_VAULT", "", "is not set")]
    [InlineData("warn", "POSTERN_CODE_LIFETIM", "60s", "is no setting")]
    public async Task What_is_wrong_with_a_setting_is_said_with_its_name(string result, string name, string value, string reason)
    {
        var (code, findings) = await clinic.LookAsync((name, value));
        var about = findings.Where(finding => finding.Text.Contains(name, StringComparison.Ordinal));
        Assert.Contains(about, finding => finding.Result == result && finding.Text.Contains(reason, StringComparison.Ordinal));
        Assert.Equal(result == "fail" ? ExitCodes.Refused : ExitCodes.Ok, code);
    }

    [Fact]
    public async Task A_slip_in_a_name_is_answered_with_the_name()
    {
        var (_, findings) = await clinic.LookAsync(("POSTERN_ISUER", "https://login.example.com"));
        Assert.Contains(findings, finding => finding.Remedy == "Did you mean POSTERN_ISSUER?");
    }

    [Theory]
    [InlineData(0, "ok")]
    [InlineData(30, "warn")]
    [InlineData(-600, "fail")]
    public async Task A_clock_that_is_off_is_found(int seconds, string result)
    {
        Someone.Clock.Advance(DateTimeOffset.UtcNow - Someone.Clock.Now + TimeSpan.FromSeconds(seconds));
        Assert.Equal(result, Assert.Single((await clinic.LookAsync()).Findings, finding => finding.Check == "clock").Result);
    }

    [Fact]
    public async Task Another_issuer_no_keys_and_a_server_that_is_not_ready_fail()
    {
        (clinic.Issuer.Announced, clinic.Issuer.Keys, clinic.Issuer.IsReady) = ("https://other.example", [], false);
        var (code, findings) = await clinic.LookAsync();
        Assert.Equal(ExitCodes.Refused, code);
        var failures = findings.Where(finding => finding.Result == "fail").ToArray();
        Assert.Equal(["health", "metadata", "published keys"], failures.Select(failure => failure.Check).Order());
        Assert.All(failures, failure => Assert.NotEmpty(failure.Remedy));
    }

    [Fact]
    public async Task Storage_that_refuses_is_a_failure_that_names_the_role()
    {
        var other = Someone.Storage.Replace("AccountKey=", "AccountKey=AAAA", StringComparison.Ordinal);
        var (code, findings) = await clinic.LookAsync(("POSTERN_STORAGE", other));
        Assert.Equal(ExitCodes.Refused, code);
        var failure = Assert.Single(findings, finding => finding is { Result: "fail", Check: "tables" });
        Assert.Contains("Storage Table Data Contributor", failure.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_set_at_all_fails_with_what_to_set()
    {
        var outcome = await Someone.RunAsync(new Input(Environment: new Dictionary<string, string>()), "doctor");
        Assert.Equal(ExitCodes.Refused, outcome.Code);
        Assert.Contains("POSTERN_STORAGE is not set", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("POSTERN_ISSUER is not set", outcome.Out, StringComparison.Ordinal);
    }
}

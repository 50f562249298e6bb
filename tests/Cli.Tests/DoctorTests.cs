using Postern.Cli;
using Postern.Local;
using Postern.Protocol;
using Postern.Storage;

namespace Postern.Tests;

public sealed class DoctorTests : IAsyncLifetime
{
    private readonly Operator someone = new();
    private IssuerStub? issuer;
    private TestVault? vault;

    public async ValueTask InitializeAsync()
    {
        await someone.InitializeAsync();
        issuer = await IssuerStub.StartAsync();
        vault = await TestVault.StartAsync(someone.Clock);
        vault.CreateKey("postern-rsa", Jwk.Rsa);
        vault.CreateKey("postern-ec", Jwk.EllipticCurve);
        vault.CreateKey("postern-wrapping", Jwk.Rsa);
    }

    public async ValueTask DisposeAsync()
    {
        await issuer!.DisposeAsync();
        await vault!.DisposeAsync();
        await someone.DisposeAsync();
    }

    [Fact]
    public async Task A_server_in_good_health_has_no_failure_and_one_warning_for_http()
    {
        await new ExpiringTables(someone.Tables).SweepAsync(someone.Clock.Now, [1], TestContext.Current.CancellationToken);
        var (code, findings) = await LookAsync();
        Assert.Equal(ExitCodes.Ok, code);
        Assert.Equal(["https"], findings.Where(finding => finding.Result != "ok").Select(finding => finding.Check));
        Assert.Equal(["clock", "cost of keys", "health", "https", "keys", "metadata", "settings", "tables", "tables of the day"], findings.Select(finding => finding.Check).Distinct().Order());
    }

    [Fact]
    public async Task The_probe_leaves_nothing_behind()
    {
        await LookAsync();
        var probes = someone.Sent.Split('\n').Where(line => line.Contains("probe-", StringComparison.Ordinal)).ToArray();
        Assert.Contains(probes, line => line.StartsWith("POST", StringComparison.Ordinal));
        Assert.Contains(probes, line => line.StartsWith("DELETE", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Tables_that_the_sweep_has_not_made_are_a_warning()
    {
        var (code, findings) = await LookAsync();
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
        var (code, findings) = await LookAsync((name, value));
        Assert.Contains(findings, finding => finding.Result == result && finding.Text.Contains(name, StringComparison.Ordinal) && finding.Text.Contains(reason, StringComparison.Ordinal));
        Assert.Equal(result == "fail" ? ExitCodes.Refused : ExitCodes.Ok, code);
    }

    [Fact]
    public async Task A_slip_in_a_name_is_answered_with_the_name()
    {
        var (_, findings) = await LookAsync(("POSTERN_ISUER", "https://login.example.com"));
        Assert.Contains(findings, finding => finding.Remedy == "Did you mean POSTERN_ISSUER?");
    }

    [Theory]
    [InlineData(0, "ok")]
    [InlineData(30, "warn")]
    [InlineData(-600, "fail")]
    public async Task A_clock_that_is_off_is_found(int seconds, string result)
    {
        someone.Clock.Advance(DateTimeOffset.UtcNow - someone.Clock.Now + TimeSpan.FromSeconds(seconds));
        Assert.Equal(result, Assert.Single((await LookAsync()).Findings, finding => finding.Check == "clock").Result);
    }

    [Fact]
    public async Task Another_issuer_no_keys_and_a_server_that_is_not_ready_fail()
    {
        (issuer!.Announced, issuer.Keys, issuer.IsReady) = ("https://other.example", [], false);
        var (code, findings) = await LookAsync();
        Assert.Equal(ExitCodes.Refused, code);
        Assert.Equal(["health", "keys", "metadata"], findings.Where(finding => finding.Result == "fail").Select(finding => finding.Check).Order());
        Assert.All(findings.Where(finding => finding.Result == "fail"), finding => Assert.NotEmpty(finding.Remedy));
    }

    [Fact]
    public async Task Storage_that_refuses_is_a_failure_that_names_the_role()
    {
        var other = someone.Storage.Replace("AccountKey=", "AccountKey=AAAA", StringComparison.Ordinal);
        var (code, findings) = await LookAsync(("POSTERN_STORAGE", other));
        Assert.Equal(ExitCodes.Refused, code);
        Assert.Contains("Storage Table Data Contributor", Assert.Single(findings, finding => finding is { Result: "fail", Check: "tables" }).Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_vault_mode_both_keys_sign_and_the_price_of_it_is_told()
    {
        var (_, findings) = await LookAsync();
        Assert.Equal(3, findings.Count(finding => finding is { Result: "ok", Check: "keys" } && (finding.Text.Contains("signs", StringComparison.Ordinal) || finding.Text.Contains("read", StringComparison.Ordinal))));
        Assert.Equal(2, vault!.Calls["sign"]);
        var cost = Assert.Single(findings, finding => finding.Check == "cost of keys");
        Assert.Contains("400 a second", cost.Text, StringComparison.Ordinal);
        Assert.Contains("POSTERN_SIGNING=wrapped", cost.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_wrapped_mode_keys_are_unwrapped_and_none_is_made()
    {
        var (_, before) = await LookAsync(("POSTERN_SIGNING", "wrapped"));
        Assert.Equal(2, before.Count(finding => finding.Result == "warn" && finding.Text.EndsWith("key yet.", StringComparison.Ordinal)));
        Assert.DoesNotContain("Sealed", someone.Sent, StringComparison.Ordinal);
        await RunAsync(("POSTERN_SIGNING", "wrapped"), "keys", "rotate");
        var (code, findings) = await LookAsync(("POSTERN_SIGNING", "wrapped"));
        Assert.Equal(ExitCodes.Ok, code);
        Assert.Equal(2, findings.Count(finding => finding is { Result: "ok", Check: "keys" } && finding.Text.Contains("can be unwrapped", StringComparison.Ordinal)));
        Assert.Equal((2, 0), (vault!.Calls["unwrapkey"], vault.Calls["sign"]));
    }

    [Theory]
    [InlineData("vault", "sign", "Key Vault Crypto User")]
    [InlineData("vault", "versions", "Key Vault Crypto User")]
    [InlineData("vault", "get", "Key Vault Crypto User")]
    [InlineData("wrapped", "unwrapkey", "Key Vault Crypto Service Encryption User")]
    public async Task A_role_that_is_missing_on_the_keys_is_named_with_the_command_that_grants_it(string mode, string operation, string role)
    {
        if (mode == "wrapped")
            await RunAsync(("POSTERN_SIGNING", mode), "keys", "rotate");
        vault!.Fail(operation, 403, inner: "ForbiddenByRbac");
        var (code, findings) = await LookAsync(("POSTERN_SIGNING", mode));
        Assert.Equal(ExitCodes.Refused, code);
        Assert.Contains($"--role \"{role}\"", findings.First(finding => finding is { Result: "fail", Check: "keys" }).Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_is_missing_in_the_vault_fails_with_the_command_that_makes_it()
    {
        vault!.DeleteKey("postern-ec");
        var (code, findings) = await LookAsync();
        Assert.Equal(ExitCodes.Refused, code);
        Assert.Contains("--name postern-ec --kty EC --curve P-256", Assert.Single(findings, finding => finding is { Result: "fail", Check: "keys" }).Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrapping_key_that_is_missing_is_told_with_the_command_that_makes_it()
    {
        vault!.DeleteKey("postern-wrapping");
        var outcome = await RunAsync(("POSTERN_SIGNING", "wrapped"), "keys", "rotate");
        Assert.Equal((ExitCodes.Unavailable, ""), (outcome.Code, outcome.Out));
        Assert.Contains("--ops wrapKey unwrapKey", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vault", 91, "ok")]
    [InlineData("vault", 92, "rotation policy")]
    [InlineData("wrapped", 92, "timer")]
    public async Task Keys_that_nobody_rotates_are_a_warning(string mode, int days, string remedy)
    {
        if (mode == "wrapped")
            await RunAsync(("POSTERN_SIGNING", mode), "keys", "rotate");
        someone.Clock.Advance(TimeSpan.FromDays(days));
        var old = (await LookAsync(("POSTERN_SIGNING", mode))).Findings.Where(finding => finding.Text.Contains("days old", StringComparison.Ordinal)).ToArray();
        Assert.Equal(remedy == "ok" ? 0 : 2, old.Length);
        Assert.All(old, finding => Assert.Contains(remedy, finding.Remedy, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_key_that_expires_before_a_successor_could_be_learnt_fails()
    {
        vault!.DeleteKey("postern-ec");
        var version = vault.CreateKey("postern-ec", Jwk.EllipticCurve);
        vault.UpdateKey("postern-ec", version, expiresAt: someone.Clock.Now.AddHours(20));
        var (code, findings) = await LookAsync();
        Assert.Equal(ExitCodes.Refused, code);
        Assert.Contains("keys rotate", Assert.Single(findings, finding => finding.Text.Contains("expires at", StringComparison.Ordinal)).Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_set_at_all_fails_with_what_to_set()
    {
        var outcome = await someone.RunAsync(new Input(Environment: new Dictionary<string, string>()), "doctor");
        Assert.Equal(ExitCodes.Refused, outcome.Code);
        Assert.Contains("POSTERN_STORAGE is not set", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("POSTERN_ISSUER is not set", outcome.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_are_listed_as_verifiers_see_them()
    {
        var key = Assert.Single((await someone.RunAsync("keys", "list", "--issuer", issuer!.Address, "--json")).Json().EnumerateArray());
        Assert.Equal((issuer.Keys[0].KeyId, "RSA", "sig"), (key.GetProperty("kid").GetString(), key.GetProperty("kty").GetString(), key.GetProperty("use").GetString()));
        Assert.Equal(["RS256", "PS256"], key.GetProperty("alg").EnumerateArray().Select(algorithm => algorithm.GetString()));
    }

    private Task<Outcome> RunAsync((string Name, string Value) setting, params string[] args)
    {
        var environment = new Dictionary<string, string> { ["POSTERN_STORAGE"] = someone.Storage, ["POSTERN_KEY_VAULT"] = vault!.Uri.ToString(), [setting.Name] = setting.Value };
        return someone.RunAsync(new Input(Environment: environment) { Credential = vault.Credential }, args);
    }

    private async Task<(int Code, IReadOnlyList<(string Result, string Check, string Text, string Remedy)> Findings)> LookAsync(params (string Name, string Value)[] settings)
    {
        var environment = new Dictionary<string, string>
        {
            ["POSTERN_STORAGE"] = someone.Storage,
            ["POSTERN_ISSUER"] = issuer!.Address,
            ["POSTERN_KEY_VAULT"] = vault!.Uri.ToString(),
        };
        foreach (var (name, value) in settings)
            environment[name] = value;
        var outcome = await someone.RunAsync(new Input(Environment: environment) { Credential = vault!.Credential }, "doctor", "--json");
        var findings = outcome.Json().EnumerateArray().Select(finding =>
            (finding.GetProperty("result").GetString()!, finding.GetProperty("check").GetString()!, finding.GetProperty("finding").GetString()!, finding.GetProperty("remedy").GetString() ?? ""));
        return (outcome.Code, [.. findings]);
    }
}

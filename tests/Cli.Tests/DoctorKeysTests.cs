using Postern.Cli;
using Postern.Protocol;
using Postern.Storage;

namespace Postern.Tests;

/// <summary>What doctor says of the keys, in both modes.</summary>
public sealed class DoctorKeysTests : IAsyncLifetime
{
    private readonly Clinic clinic = new();

    private Operator Someone => clinic.Someone;

    public ValueTask InitializeAsync() => clinic.InitializeAsync();

    public ValueTask DisposeAsync() => clinic.DisposeAsync();

    [Fact]
    public async Task A_server_that_publishes_other_keys_is_a_warning()
    {
        clinic.Issuer.Keys = [clinic.Issuer.Keys[1]];
        var warning = Assert.Single((await clinic.LookAsync()).Findings, finding => finding.Check == "published keys");
        Assert.Equal("warn", warning.Result);
        Assert.Contains("POSTERN_SIGNING", warning.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POSTERN_KEY_VAULT", "https://example.vault.azure.net/path", "not the https URL of a vault")]
    [InlineData("POSTERN_SIGNING", "sometimes", "must be one of vault, wrapped")]
    public async Task Settings_of_keys_that_are_wrong_fail(string name, string value, string reason)
    {
        var (code, findings) = await clinic.LookAsync((name, value));
        Assert.Equal(ExitCodes.Refused, code);
        Assert.Contains(reason, Assert.Single(findings, finding => finding is { Result: "fail", Check: "keys" }).Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_vault_mode_both_keys_sign_and_the_price_of_it_is_told()
    {
        var (_, findings) = await clinic.LookAsync();
        var good = findings.Where(finding => finding is { Result: "ok", Check: "keys" }).Select(finding => finding.Text);
        Assert.Equal(3, good.Count(text => text.Contains("signs", StringComparison.Ordinal) || text.Contains("read", StringComparison.Ordinal)));
        Assert.Equal(2, clinic.Vault.Calls["sign"]);
        var cost = Assert.Single(findings, finding => finding.Check == "cost of keys");
        Assert.Contains("400 a second", cost.Text, StringComparison.Ordinal);
        Assert.Contains("POSTERN_SIGNING=wrapped", cost.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_wrapped_mode_keys_are_unwrapped_and_none_is_made()
    {
        var (_, before) = await clinic.LookAsync(("POSTERN_SIGNING", "wrapped"));
        Assert.Equal(2, before.Count(finding => finding.Result == "warn" && finding.Text.EndsWith("key that signs.", StringComparison.Ordinal)));
        Assert.DoesNotContain("Sealed", Someone.Sent, StringComparison.Ordinal);
        await clinic.RunAsync(("POSTERN_SIGNING", "wrapped"), "keys", "rotate");
        var store = new KeyStore(Someone.Tables);
        var ec = (await store.ListAsync(TestContext.Current.CancellationToken)).Single(key => key.KeyType == Jwk.EllipticCurve);
        Assert.True(await store.TryDeleteAsync(ec, TestContext.Current.CancellationToken));
        Assert.Single((await clinic.LookAsync(("POSTERN_SIGNING", "wrapped"))).Findings, finding => finding.Text == "There is no EC key that signs.");
        Assert.Single(await store.ListAsync(TestContext.Current.CancellationToken));
        Assert.True(await store.TryInsertAsync(ec, TestContext.Current.CancellationToken));
        var (code, findings) = await clinic.LookAsync(("POSTERN_SIGNING", "wrapped"));
        Assert.Equal(ExitCodes.Ok, code);
        var good = findings.Where(finding => finding is { Result: "ok", Check: "keys" }).Select(finding => finding.Text);
        Assert.Equal(2, good.Count(text => text.Contains("can be unwrapped", StringComparison.Ordinal)));
        Assert.Equal((2, 0), (clinic.Vault.Calls["unwrapkey"], clinic.Vault.Calls["sign"]));
    }

    [Theory]
    [InlineData("vault", "sign", "Key Vault Crypto User")]
    [InlineData("vault", "versions", "Key Vault Crypto User")]
    [InlineData("vault", "get", "Key Vault Crypto User")]
    [InlineData("wrapped", "unwrapkey", "Key Vault Crypto Service Encryption User")]
    public async Task A_role_that_is_missing_on_the_keys_is_named_with_the_command_that_grants_it(string mode, string operation, string role)
    {
        if (mode == "wrapped")
            await clinic.RunAsync(("POSTERN_SIGNING", mode), "keys", "rotate");
        clinic.Vault.Fail(operation, 403, inner: "ForbiddenByRbac");
        var (code, findings) = await clinic.LookAsync(("POSTERN_SIGNING", mode));
        Assert.Equal(ExitCodes.Refused, code);
        var failure = findings.First(finding => finding is { Result: "fail", Check: "keys" });
        Assert.Contains($"--role \"{role}\"", failure.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_is_missing_in_the_vault_fails_with_the_command_that_makes_it()
    {
        clinic.Vault.DeleteKey("postern-ec");
        var (code, findings) = await clinic.LookAsync();
        Assert.Equal(ExitCodes.Refused, code);
        var failure = Assert.Single(findings, finding => finding is { Result: "fail", Check: "keys" });
        Assert.Contains("--name postern-ec --kty EC --curve P-256", failure.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrapping_key_that_is_missing_is_told_with_the_command_that_makes_it()
    {
        clinic.Vault.DeleteKey("postern-wrapping");
        var outcome = await clinic.RunAsync(("POSTERN_SIGNING", "wrapped"), "keys", "rotate");
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
            await clinic.RunAsync(("POSTERN_SIGNING", mode), "keys", "rotate");
        Someone.Clock.Advance(TimeSpan.FromDays(days));
        var (_, findings) = await clinic.LookAsync(("POSTERN_SIGNING", mode));
        var old = findings.Where(finding => finding.Text.Contains("days old", StringComparison.Ordinal)).ToArray();
        Assert.Equal(remedy == "ok" ? 0 : 2, old.Length);
        Assert.All(old, finding => Assert.Contains(remedy, finding.Remedy, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_key_that_expires_before_a_successor_could_be_learnt_fails()
    {
        clinic.Vault.DeleteKey("postern-ec");
        var version = clinic.Vault.CreateKey("postern-ec", Jwk.EllipticCurve);
        clinic.Vault.UpdateKey("postern-ec", version, expiresAt: Someone.Clock.Now.AddHours(20));
        var (code, findings) = await clinic.LookAsync();
        Assert.Equal(ExitCodes.Refused, code);
        var expiring = Assert.Single(findings, finding => finding.Text.Contains("expires at", StringComparison.Ordinal));
        Assert.Contains("keys rotate", expiring.Remedy, StringComparison.Ordinal);
    }
}

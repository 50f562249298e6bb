using System.Text.Json;
using Postern.Local;
using Postern.Protocol;
using Postern.Signing;

namespace Postern.Tests;

/// <summary>An operator, tables, a vault, and an issuer that publishes the vault's keys.</summary>
internal sealed class Clinic : IAsyncLifetime
{
    private IssuerStub? issuer;
    private TestVault? vault;

    public Operator Someone { get; } = new();

    public IssuerStub Issuer => issuer!;

    public TestVault Vault => vault!;

    private Dictionary<string, string> Environment =>
        new()
        {
            ["POSTERN_STORAGE"] = Someone.Storage,
            ["POSTERN_ISSUER"] = Issuer.Address,
            ["POSTERN_KEY_VAULT"] = Vault.Uri.ToString(),
        };

    public async ValueTask InitializeAsync()
    {
        await Someone.InitializeAsync();
        vault = await TestVault.StartAsync(Someone.Clock);
        vault.CreateKey("postern-rsa", Jwk.Rsa);
        vault.CreateKey("postern-ec", Jwk.EllipticCurve);
        vault.CreateKey("postern-wrapping", Jwk.Rsa);
        issuer = await IssuerStub.StartAsync();
        var options = ServerOptions.Read(Environment.GetValueOrDefault);
        var keys = ServerKeys.Create(options, vault.Credential, null, Someone.Clock);
        issuer.Keys = await keys.Signer.PublishedKeysAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Issuer.DisposeAsync();
        await Vault.DisposeAsync();
        await Someone.DisposeAsync();
    }

    public Task<Outcome> RunAsync((string Name, string Value) setting, params string[] args) => RunAsync([setting], args);

    public async Task<(int Code, IReadOnlyList<(string Result, string Check, string Text, string Remedy)> Findings)> LookAsync(
        params (string Name, string Value)[] settings
    )
    {
        var outcome = await RunAsync(settings, "doctor", "--json");
        string Text(JsonElement finding, string name) => finding.GetProperty(name).GetString() ?? "";
        var findings = outcome.Json().EnumerateArray().Select(finding =>
            (Text(finding, "result"), Text(finding, "check"), Text(finding, "finding"), Text(finding, "remedy")));
        return (outcome.Code, [.. findings]);
    }

    private Task<Outcome> RunAsync((string Name, string Value)[] settings, params string[] args)
    {
        var environment = Environment;
        foreach (var (name, value) in settings)
            environment[name] = value;
        return Someone.RunAsync(new Input(Environment: environment) { Credential = Vault.Credential }, args);
    }
}

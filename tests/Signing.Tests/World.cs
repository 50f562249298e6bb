using Postern.Local;
using Postern.Protocol;
using Postern.Signing;
using Postern.Storage;

namespace Postern.Tests;

/// <summary>A vault, a table and a clock, and instances of the server that share them.</summary>
public sealed class World : IAsyncDisposable
{
    public const string WrappingKey = "postern-wrapping";

    private readonly List<WrappedKeySigner> signers = [];

    private readonly TableService tables;

    private World(TestVault vault, TableService tables, FakeClock clock)
    {
        (Vault, this.tables, Clock) = (vault, tables, clock);
        Rows = new KeyStore(Tables.Connect(tables.ConnectionString));
    }

    public static VaultKeyNames Names { get; } = new();

    public static KeySchedule Schedule { get; } = new() { LongestToken = TimeSpan.FromHours(1) };

    public TestVault Vault { get; }

    public FakeClock Clock { get; }

    public KeyStore Rows { get; }

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>A vault with a signing key of each type, old enough to be known to everybody, and a wrapping key.</summary>
    public static async Task<World> StartAsync()
    {
        var clock = new FakeClock();
        var vault = await TestVault.StartAsync(clock);
        vault.CreateKey(Names.Rsa, Jwk.Rsa);
        vault.CreateKey(Names.EllipticCurve, Jwk.EllipticCurve);
        vault.CreateKey(WrappingKey, Jwk.Rsa);
        return new World(vault, await TableService.StartAsync(), clock);
    }

    /// <summary>A client of the vault whose waits are too short to be noticed.</summary>
    public KeyVault Client(int retries = 2)
    {
        var (first, longest) = (TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(1));
        return new(Vault.Uri, Vault.Credential, new KeyVaultOptions { Retries = retries, FirstDelay = first, LongestDelay = longest });
    }

    /// <summary>One instance of the server in vault mode.</summary>
    public (KeyVaultSigner Signer, VaultKeys Keys) InVaultMode(int retries = 2)
    {
        var client = Client(retries);
        var keys = new VaultKeys(client, Names, Schedule, Clock);
        return (new KeyVaultSigner(client, keys, Clock), keys);
    }

    /// <summary>One instance of the server in wrapped mode.</summary>
    public (WrappedKeySigner Signer, WrappedKeys Keys) InWrappedMode()
    {
        var keys = new WrappedKeys(Client(), WrappingKey, Rows, Schedule, Clock);
        var signer = new WrappedKeySigner(keys, Clock);
        signers.Add(signer);
        return (signer, keys);
    }

    /// <summary>All rows, by name.</summary>
    public async Task<IReadOnlyList<KeyRow>> RowsAsync() =>
        [.. (await Rows.ListAsync(Cancellation)).OrderBy(row => row.Name, StringComparer.Ordinal)];

    /// <summary>For good.</summary>
    public ValueTask StopTablesAsync() => tables.DisposeAsync();

    /// <summary>Past the refresh interval: whoever is asked now reads again.</summary>
    public void LetListsExpire() => Clock.Advance(Schedule.RefreshInterval);

    /// <summary>Until a key created now signs.</summary>
    public void LetNextKeySign() => Clock.Advance(Schedule.Lead + Schedule.RefreshInterval);

    public async ValueTask DisposeAsync()
    {
        foreach (var signer in signers)
            signer.Dispose();
        await Vault.DisposeAsync();
        await tables.DisposeAsync();
    }
}

internal static class Signing
{
    public static Task<string> SignAsync(this ISigner signer, string algorithm) =>
        signer.SignAsync(algorithm, Jws.AccessTokenType, """{"sub":"alice","aud":"https://api.example"}"""u8.ToArray(), World.Cancellation).AsTask();

    public static async Task<IReadOnlyList<string>> PublishedAsync(this ISigner signer) =>
        [.. (await signer.PublishedKeysAsync(World.Cancellation)).Select(key => key.KeyId)];

    public static async Task<bool> VerifiesAsync(this ISigner signer, string token) =>
        Jws.Verify(token, Jws.AccessTokenType, await signer.PublishedKeysAsync(World.Cancellation)) is not null;

    public static string KeyId(string token) => ResourceServer.Read(token).Kid;

    public static Task<KeyVaultException> RefusesAsync(this ISigner signer, string algorithm) =>
        Assert.ThrowsAsync<KeyVaultException>(() => signer.SignAsync(algorithm));
}

using Postern.Local;
using Postern.Protocol;
using Postern.Storage;

namespace Postern.Tests;

/// <summary>What stands around a deployed server: tables with clients and a person, a vault with keys, and settings that name them.</summary>
public sealed class Deployment : IAsyncDisposable
{
    private readonly TableService tables;
    private readonly TestVault vault;

    private Deployment(TableService tables, TestVault vault)
    {
        (this.tables, this.vault) = (tables, vault);
        Settings = new Dictionary<string, string>(vault.IdentitySettings)
        {
            ["POSTERN_ISSUER"] = RemoteServer.Issuer,
            ["POSTERN_STORAGE"] = tables.ConnectionString,
            ["POSTERN_KEY_VAULT"] = vault.Uri.ToString(),
            ["POSTERN_CLIENT_CACHE"] = "1s",
        };
    }

    /// <summary>Somebody with letters beyond ASCII in their password, which is "Préparatifs délicats".</summary>
    public const string Zoe = "zoe";

    /// <summary>Where infra/package has put the function app.</summary>
    public static string Package { get; } = Path.Combine(Checkout.Folder, "artifacts/app");

    public IReadOnlyDictionary<string, string> Settings { get; }

    public static async Task<Deployment> StartAsync()
    {
        var (tables, vault) = (await TableService.StartAsync(), await TestVault.StartAsync());
        var names = new KeyOptions();
        vault.CreateKey(names.RsaKey, Jwk.Rsa);
        vault.CreateKey(names.EllipticCurveKey, Jwk.EllipticCurve);
        vault.CreateKey(names.WrappingKey, Jwk.Rsa);
        var store = Tables.Connect(tables.ConnectionString);
        foreach (var client in TestClients.All(DateTimeOffset.UtcNow))
            await new ClientStore(store, TimeProvider.System, TimeSpan.Zero).TryAddAsync(client, default);
        await new UserStore(store).TryAddAsync(TestUsers.Alice(DateTimeOffset.UtcNow), default);
        var zoe = TestUsers.Someone(Zoe, "zoe-subject", DateTimeOffset.UtcNow);
        await new UserStore(store).TryAddAsync(zoe with { PasswordHash = TestUsers.HashOf("Pr\u00e9paratifs d\u00e9licats") }, default);
        return new Deployment(tables, vault);
    }

    public async ValueTask DisposeAsync()
    {
        await tables.DisposeAsync();
        await vault.DisposeAsync();
    }
}

using Postern.Protocol;
using Postern.Signing;
using Postern.Storage;

namespace Postern.Local;

/// <summary>The keys of a local server: a file, or an in-process Key Vault used as the real one is.</summary>
internal static class LocalKeys
{
    /// <summary>A vault with the keys that the settings name, as an operator makes them before the first start.</summary>
    public static async Task<TestVault> StartVaultAsync(KeyOptions setting)
    {
        var vault = await TestVault.StartAsync();
        vault.CreateKey(setting.RsaKey, Jwk.Rsa);
        vault.CreateKey(setting.EllipticCurveKey, Jwk.EllipticCurve);
        vault.CreateKey(setting.WrappingKey, Jwk.Rsa);
        return vault;
    }

    public static ServerKeys Create(ServerOptions options, TestVault? vault, LocalFiles files, Tables tables)
    {
        if (vault is not null)
            return ServerKeys.Create(options, vault.Credential, tables, TimeProvider.System);
        var (rsa, ec) = files.SigningKeys();
        return new ServerKeys(new LocalSigner(rsa, ec), null, TimeSpan.FromMinutes(5));
    }
}

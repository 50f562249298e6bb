using Azure.Core;
using Postern.Protocol;
using Postern.Storage;

namespace Postern.Signing;

/// <summary>Who signs, and who looks after the keys.</summary>
/// <param name="Signer">Signs and publishes.</param>
/// <param name="Keys">Rotates and retires; null where keys are fixed.</param>
/// <param name="JwksLifetime">How long verifiers may cache the JWK Set.</param>
public sealed record ServerKeys(ISigner Signer, ISigningKeys? Keys, TimeSpan JwksLifetime)
{
    /// <summary>Composes the mode that is set (see the README's settings).</summary>
    public static ServerKeys Create(ServerOptions options, TokenCredential credential, Tables tables, TimeProvider time, KeyVaultOptions? vaultOptions = null)
    {
        var (setting, schedule) = (options.Keys, options.Keys.Schedule(options.Lifetimes));
        var vault = new KeyVault(new Uri(setting.Vault), credential, vaultOptions);
        if (setting.Mode == SigningMode.Wrapped)
        {
            var wrapped = new WrappedKeys(vault, setting.WrappingKey, new KeyStore(tables), schedule, time);
            return new ServerKeys(new WrappedKeySigner(wrapped, time), wrapped, schedule.JwksLifetime);
        }
        var keys = new VaultKeys(vault, new VaultKeyNames(setting.RsaKey, setting.EllipticCurveKey), schedule, time);
        return new ServerKeys(new KeyVaultSigner(vault, keys, time), keys, schedule.JwksLifetime);
    }
}

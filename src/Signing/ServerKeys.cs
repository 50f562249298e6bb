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
    /// <summary>Composes the mode that is set; no request is made.</summary>
    /// <param name="options">See the README's settings.</param>
    /// <param name="credential">Who asks the vault.</param>
    /// <param name="tables">Where wrapped keys are; may be null where the vault keeps the keys.</param>
    /// <param name="time">The time.</param>
    /// <param name="patience">How long one question to the vault may take; null: as long as a server's clients may wait.</param>
    /// <exception cref="FormatException">The setting is not the address of a vault.</exception>
    public static ServerKeys Create(ServerOptions options, TokenCredential credential, Tables? tables, TimeProvider time, TimeSpan? patience = null)
    {
        var (setting, schedule) = (options.Keys, options.Keys.Schedule(options.Lifetimes));
        var asking = patience is { } given ? new KeyVaultOptions { Patience = given } : new KeyVaultOptions();
        var vault = new KeyVault(new Uri(setting.Vault), credential, asking);
        if (setting.Mode == SigningMode.Wrapped)
        {
            ArgumentNullException.ThrowIfNull(tables);
            var wrapped = new WrappedKeys(vault, setting.WrappingKey, new KeyStore(tables), schedule, time);
            return new ServerKeys(new WrappedKeySigner(wrapped, time), wrapped, schedule.JwksLifetime);
        }
        var keys = new VaultKeys(vault, new VaultKeyNames(setting.RsaKey, setting.EllipticCurveKey), schedule, time);
        return new ServerKeys(new KeyVaultSigner(vault, keys, time), keys, schedule.JwksLifetime);
    }
}

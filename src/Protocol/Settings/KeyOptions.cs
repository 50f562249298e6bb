namespace Postern.Protocol;

/// <summary>Where signing keys live.</summary>
public enum SigningMode
{
    /// <summary>In Key Vault, which signs each token; the private key never leaves.</summary>
    Vault,

    /// <summary>In the tables, wrapped by Key Vault, and unwrapped once per instance.</summary>
    Wrapped,
}

/// <summary>The settings of signing.</summary>
public sealed record KeyOptions
{
    /// <summary>The vault's URL.</summary>
    public string Vault { get; init; } = "";

    public SigningMode Mode { get; init; } = SigningMode.Vault;

    /// <summary>Name of the RSA signing key in vault mode.</summary>
    public string RsaKey { get; init; } = "postern-rsa";

    /// <summary>Name of the P-256 signing key in vault mode.</summary>
    public string EllipticCurveKey { get; init; } = "postern-ec";

    /// <summary>Name of the RSA key that wraps, in wrapped mode.</summary>
    public string WrappingKey { get; init; } = "postern-wrapping";

    /// <summary>How long a new key is published before it signs.</summary>
    public TimeSpan Lead { get; init; } = TimeSpan.FromDays(1);

    /// <summary>The age at which a wrapped key gets a successor.</summary>
    public TimeSpan RotateAfter { get; init; } = TimeSpan.FromDays(90);

    internal static KeyOptions Read(Settings settings)
    {
        var standard = new KeyOptions();
        return new KeyOptions
        {
            Vault = settings.Required("POSTERN_KEY_VAULT", "https://<vault>.vault.azure.net", SettingRules.Vault),
            Mode = settings.Choice("POSTERN_SIGNING", ("vault", SigningMode.Vault), ("wrapped", SigningMode.Wrapped)),
            RsaKey = settings.Text("POSTERN_KEY_VAULT_RSA_KEY", standard.RsaKey, SettingRules.KeyName),
            EllipticCurveKey = settings.Text("POSTERN_KEY_VAULT_EC_KEY", standard.EllipticCurveKey, SettingRules.KeyName),
            WrappingKey = settings.Text("POSTERN_KEY_VAULT_WRAPPING_KEY", standard.WrappingKey, SettingRules.KeyName),
            Lead = settings.Duration("POSTERN_KEY_LEAD", standard.Lead, TimeSpan.FromDays(30)),
            RotateAfter = settings.Duration("POSTERN_KEY_ROTATION", standard.RotateAfter, TimeSpan.FromDays(730)),
        };
    }

    /// <summary>The schedule, given how long tokens live; clients may make access tokens live up to <see cref="Lifetimes.MaxAccessToken"/>.</summary>
    public KeySchedule Schedule(Lifetimes lifetimes) =>
        new()
        {
            LongestToken = lifetimes.IdToken > Lifetimes.MaxAccessToken ? lifetimes.IdToken : Lifetimes.MaxAccessToken,
            Lead = Lead,
            RotateAfter = RotateAfter,
        };
}

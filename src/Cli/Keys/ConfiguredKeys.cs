using Postern.Protocol;
using Postern.Signing;

namespace Postern.Cli;

/// <summary>The keys that the settings name, composed as the server composes them but used with the operator's own login.</summary>
/// <param name="Options">The settings.</param>
/// <param name="Signer">Signs.</param>
/// <param name="Keys">Rotates and retires.</param>
internal sealed record ConfiguredKeys(ServerOptions Options, ISigner Signer, ISigningKeys Keys) : IDisposable
{
    public KeySchedule Schedule => Options.Keys.Schedule(Options.Lifetimes);

    /// <summary>Null where no vault is set.</summary>
    /// <exception cref="SettingException">A setting is missing or not understood.</exception>
    public static ConfiguredKeys? Find(Invocation invocation)
    {
        if (invocation.Setting("POSTERN_KEY_VAULT") is null)
            return null;
        try
        {
            var options = ServerOptions.Read(name => invocation.Setting(name) ?? StandIn(name));
            var tables = options.Keys.Mode == SigningMode.Wrapped ? invocation.Connect() : null;
            var keys = ServerKeys.Create(options, invocation.Terminal.Credential, tables, invocation.Terminal.Time, Invocation.Patience);
            keys.Keys!.Failed = exception => invocation.Tell(exception.Message);
            return new ConfiguredKeys(options, keys.Signer, keys.Keys);
        }
        catch (InvalidSettingsException invalid)
        {
            throw new SettingException(string.Join(' ', invalid.Problems));
        }
        catch (FormatException notUnderstood)
        {
            throw new SettingException(notUnderstood.Message);
        }
    }

    /// <exception cref="SettingException">A setting is missing or not understood.</exception>
    public static ConfiguredKeys Get(Invocation invocation) =>
        Find(invocation) ?? throw new SettingException("Say where the keys are: --key-vault https://<vault>.vault.azure.net, or POSTERN_KEY_VAULT.");

    public void Dispose() => (Signer as IDisposable)?.Dispose();

    // The server needs them; keys do not. Nothing is ever asked at either.
    private static string? StandIn(string name) =>
        name switch
        {
            "POSTERN_ISSUER" => "https://issuer.invalid",
            "POSTERN_STORAGE" => "https://storage.invalid",
            _ => null,
        };
}

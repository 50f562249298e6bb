using Postern.Protocol;

namespace Postern.Local;

/// <summary>The settings of a local server: its own, and what else the environment sets.</summary>
internal static class LocalSettings
{
    // Where it is and where its state and keys are, it chooses itself: these may be set for the command line tool.
    private static readonly string[] Own =
    [
        "POSTERN_ISSUER", "POSTERN_LISTEN", "POSTERN_STORAGE", "POSTERN_KEY_VAULT", "POSTERN_SIGNING", "POSTERN_IDENTITY",
        "POSTERN_IDENTITY_CLIENT_ID",
    ];

    /// <summary>The settings that are taken from the environment.</summary>
    public static IReadOnlyList<string> Taken(Func<string, string?> environment) =>
        [.. ServerOptions.Names().Except(Own).Where(name => !string.IsNullOrWhiteSpace(environment(name)))];

    /// <exception cref="InvalidSettingsException">One that is taken is not understood.</exception>
    public static ServerOptions Read(Func<string, string?> environment, string issuer, string storage, SigningMode? mode, Uri? vault)
    {
        var own = new Dictionary<string, string?>
        {
            ["POSTERN_ISSUER"] = issuer,
            ["POSTERN_LISTEN"] = issuer,
            ["POSTERN_STORAGE"] = storage,
            // Without one it is not used.
            ["POSTERN_KEY_VAULT"] = vault?.ToString() ?? "http://127.0.0.1/",
            ["POSTERN_SIGNING"] = mode == SigningMode.Wrapped ? "wrapped" : "vault",
        };
        var options = ServerOptions.Read(name => Own.Contains(name) ? own.GetValueOrDefault(name) : environment(name));
        return options with { Scopes = options.Scopes.Union(Demo.WebScope.Except(Scope.OpenIdConnect)) };
    }
}

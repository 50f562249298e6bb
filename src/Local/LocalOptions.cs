using System.Globalization;
using Postern.Protocol;

namespace Postern.Local;

/// <summary>What <c>./run</c> was told.</summary>
/// <param name="Vault">How an in-process Key Vault is used; null: signing keys are a file.</param>
internal sealed record LocalOptions(int Port, bool Azurite, string? Folder, bool Json, SigningMode? Vault)
{
    public const string Usage = """
        ./run                 start Postern on http://localhost:7071, with everything in memory
          --port N            listen on another port
          --azurite           keep state in Azurite (from npm), across restarts
          --vault sign|wrap   try the ways of Key Vault: it signs each token, or wraps keys that sign (not with --azurite)
          --folder PATH       keep keys, secrets and Azurite's tables there, not in artifacts/local
          --json              when ready, print one line of JSON: issuer, settings, demo app, clients, users
        """;

    /// <summary>Null for anything that is not in <see cref="Usage"/>; <paramref name="problem"/> then says what.</summary>
    public static LocalOptions? TryParse(string[] args, out string problem)
    {
        problem = "";
        var options = new LocalOptions(7071, false, null, false, null);
        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--azurite":
                    options = options with { Azurite = true };
                    break;
                case "--folder" when i + 1 < args.Length:
                    options = options with { Folder = args[++i] };
                    break;
                case "--json":
                    options = options with { Json = true };
                    break;
                case "--vault" when i + 1 < args.Length && args[i + 1] is "sign" or "wrap":
                    options = options with { Vault = args[++i] == "sign" ? SigningMode.Vault : SigningMode.Wrapped };
                    break;
                case "--port" when i + 1 < args.Length && ParsePort(args[i + 1]) is { } port:
                    options = options with { Port = port };
                    i++;
                    break;
                default:
                    problem = $"{args[i]}{(args.Length > i + 1 ? $" {args[i + 1]}" : "")} is not understood.";
                    return null;
            }
        }
        if (options is not { Vault: not null, Azurite: true })
            return options;
        problem = "--vault does not go with --azurite: its keys are gone when it stops, and what they have wrapped would stay.";
        return null;
    }

    private static int? ParsePort(string text) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0 ? port : null;
}

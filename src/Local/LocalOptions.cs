using System.Globalization;

namespace Postern.Local;

/// <summary>What <c>./run</c> was told.</summary>
internal sealed record LocalOptions(int Port, bool Azurite, string? Folder, bool Json)
{
    public const string Usage = """
        ./run                 start Postern on http://localhost:7071, with everything in memory
          --port N            listen on another port
          --azurite           keep state in Azurite (from npm), across restarts
          --folder PATH       keep keys, secrets and Azurite's tables there, not in artifacts/local
          --json              when ready, print one line of JSON: issuer, demo app, clients, users
        """;

    /// <summary>Null for anything that is not in <see cref="Usage"/>.</summary>
    public static LocalOptions? TryParse(string[] args)
    {
        var options = new LocalOptions(7071, false, null, false);
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
                case "--port" when i + 1 < args.Length && ushort.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0:
                    options = options with { Port = port };
                    i++;
                    break;
                default:
                    return null;
            }
        }
        return options;
    }
}

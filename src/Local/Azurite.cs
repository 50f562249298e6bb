using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Postern.Local;

/// <summary>Azurite's table service as a child process, from the npm package that the lock file beside it pins.</summary>
public sealed class Azurite : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private const int MaxTries = 3;

    // A pipe that closes with this process, however it ends, ends the child too. It is told to shut down, for it saves every
    // five seconds and otherwise at its end only; its words about that have no reader any more, which must not stop it.
    private const string Watch = """
        process.stdin.on('end', () => {
          process.stdout.on('error', () => {});
          process.emit('message', 'shutdown');
          setTimeout(process.exit, 3000).unref();
        }).resume();
        process.argv.splice(1, 1);
        require(process.argv[1]);
        """;

    private readonly Process process;

    private Azurite(Process process, int port) =>
        (this.process, ConnectionString) = (
            process,
            // Account and key are published with the emulator; they protect nothing.
            "AccountName=devstoreaccount1;AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;"
                + $"TableEndpoint=http://127.0.0.1:{port}/devstoreaccount1"
        );

    public string ConnectionString { get; }

    public int ProcessId => process.Id;

    /// <summary>Starts it, installing the package first where it is missing.</summary>
    /// <param name="port">The port; null: any free one.</param>
    /// <param name="folder">Where state is kept; null: in memory.</param>
    /// <exception cref="LocalException">Node.js is missing, or Azurite did not come up.</exception>
    public static async Task<Azurite> StartAsync(int? port, string? folder)
    {
        var package = PackageFolder();
        if (!Directory.Exists(Path.Combine(package, "node_modules", "azurite")))
            await InstallAsync(package);
        string[] where = folder is null ? ["--inMemoryPersistence"] : ["--location", folder];
        var main = Path.Combine(package, "node_modules", "azurite", "dist", "src", "table", "main.js");
        string[] arguments = ["-e", Watch, "azurite", main, "--silent", "--disableTelemetry", "--skipApiVersionCheck", .. where];
        for (var tries = 1; ; tries++)
        {
            var chosen = port ?? FreePort();
            var azurite = new Azurite(Launch("node", package, [.. arguments, "--tableHost", "127.0.0.1", "--tablePort", $"{chosen}"]), chosen);
            if (await azurite.IsUpAsync(chosen))
                return azurite;
            // Until Azurite listens, somebody else may have taken the free port.
            if (port is not null || tries == MaxTries)
                throw new LocalException("Azurite did not come up. See above for why, or run without --azurite.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Closing its input lets it save what it has; it gets killed if it does not care.
        process.StandardInput.Close();
        if (!process.WaitForExit(TimeSpan.FromSeconds(5)))
            process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static string PackageFolder()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "Functions.sln")))
            root = root.Parent;
        return root is null
            ? throw new LocalException("Azurite can be started from a checkout of the repository only.")
            : Path.Combine(root.FullName, "src", "Local", "azurite");
    }

    private static async Task InstallAsync(string package)
    {
        using var npm = Launch(OperatingSystem.IsWindows() ? "npm.cmd" : "npm", package, ["ci", "--no-audit", "--no-fund", "--ignore-scripts"]);
        await npm.WaitForExitAsync();
        if (npm.ExitCode != 0)
            throw new LocalException($"Azurite could not be installed: 'npm ci' failed in {package}. Check the network, and try again.");
    }

    private static Process Launch(string program, string folder, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        try
        {
            var process = Process.Start(start)!;
            process.OutputDataReceived += (_, _) => { };
            process.BeginOutputReadLine();
            return process;
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            var need = $"{program} was not found: Azurite needs Node.js 20 or later. Install it, or run without --azurite.";
            throw new LocalException(need, missing);
        }
    }

    // Whoever answers there need not be it.
    private async Task<bool> IsUpAsync(int port)
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/"), Timeout = TimeSpan.FromSeconds(5) };
        var waited = Stopwatch.StartNew();
        while (waited.Elapsed < Patience && !process.HasExited)
        {
            try
            {
                using var answer = await http.GetAsync("");
                if (answer.Headers.Server.ToString().StartsWith("Azurite", StringComparison.Ordinal))
                    return true;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                // Not yet.
            }
            await Task.Delay(50);
        }
        return false;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

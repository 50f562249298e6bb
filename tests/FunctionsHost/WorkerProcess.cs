using System.Diagnostics;

namespace Postern.FunctionsHost;

/// <summary>A process of <c>dotnet</c>, which does not outlive the one that started it.</summary>
public sealed class WorkerProcess
{
    private readonly Process process;

    private WorkerProcess(Process process, Action<string> log)
    {
        this.process = process;
        process.OutputDataReceived += (_, line) => log(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => log(line.Data ?? "");
        process.Start();
        // A worker whose host is gone lives on and answers nobody.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Kill();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        Exited = ExitedAsync();
    }

    public int Id => process.Id;

    /// <summary>The exit code, once it has one.</summary>
    public Task<int> Exited { get; }

    /// <summary>Starts the app's program with nothing in its environment but what is given, a home of its own and where .NET is.</summary>
    internal static WorkerProcess Start(App app, IReadOnlyList<string> arguments, Dictionary<string, string> settings, WorkerLog log)
    {
        var all = new Dictionary<string, string>(settings)
        {
            ["FUNCTIONS_APPLICATION_DIRECTORY"] = app.Folder,
            ["FUNCTIONS_WORKER_DIRECTORY"] = app.Folder,
            ["FUNCTIONS_WORKER_RUNTIME"] = "dotnet-isolated",
        };
        return Start(app.Program, app.Folder, arguments, all, log.Add);
    }

    /// <param name="program">Path of a dll.</param>
    /// <param name="folder">The working directory, and the home unless the settings have one.</param>
    /// <param name="arguments">After the dll.</param>
    /// <param name="settings">Environment variables.</param>
    /// <param name="log">Gets each line that it writes.</param>
    public static WorkerProcess Start(
        string program,
        string folder,
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string> settings,
        Action<string> log
    )
    {
        var start = new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name is not ("PATH" or "DOTNET_ROOT")).ToList())
            start.Environment.Remove(name);
        start.Environment["HOME"] = folder;
        start.Environment["DOTNET_NOLOGO"] = "1";
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        return new WorkerProcess(new Process { StartInfo = start }, log);
    }

    /// <summary>SIGKILL.</summary>
    public void Kill()
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }

    /// <summary>SIGTERM.</summary>
    public void Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{Id}"]);
        kill.WaitForExit();
    }

    /// <summary>Resident memory in bytes.</summary>
    public long ResidentMemory()
    {
        process.Refresh();
        return process.WorkingSet64;
    }

    private async Task<int> ExitedAsync()
    {
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}

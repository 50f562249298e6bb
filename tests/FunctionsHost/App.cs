using System.Globalization;
using System.Text.Json;

namespace Postern.FunctionsHost;

/// <summary>A folder with a packaged worker, as its worker.config.json and host.json describe it.</summary>
internal sealed class App
{
    public App(string folder)
    {
        Folder = folder;
        var worker = Read("worker.config.json").GetProperty("description");
        Program = Path.Combine(folder, worker.GetProperty("defaultWorkerPath").GetString()!);
        var host = Read("host.json");
        FunctionTimeout = Member(host, "functionTimeout") is { } timeout
            ? TimeSpan.Parse(timeout.GetString()!, CultureInfo.InvariantCulture)
            : TimeSpan.FromMinutes(30);
        RoutePrefix = Member(Member(Member(host, "extensions"), "http"), "routePrefix")?.GetString() ?? "api";
    }

    public string Folder { get; }

    /// <summary>Path of the dll that <c>dotnet</c> runs.</summary>
    public string Program { get; }

    public TimeSpan FunctionTimeout { get; }

    public string RoutePrefix { get; }

    private JsonElement Read(string name) => JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, name))).RootElement;

    private static JsonElement? Member(JsonElement? element, string name) =>
        element?.TryGetProperty(name, out var value) == true ? value : null;
}

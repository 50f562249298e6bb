using System.Globalization;
using System.Text.Json;

namespace Postern.FunctionsHost;

/// <summary>A folder with a packaged worker, as its worker.config.json and host.json describe it.</summary>
internal sealed class App
{
    /// <param name="folder">Where it is.</param>
    /// <param name="settings">The app's settings, of which some stand above host.json.</param>
    public App(string folder, IReadOnlyDictionary<string, string> settings)
    {
        Folder = folder;
        var worker = Read("worker.config.json").GetProperty("description");
        Program = Path.Combine(folder, worker.GetProperty("defaultWorkerPath").GetString()!);
        var host = Read("host.json");
        var timeout = settings.GetValueOrDefault("AzureFunctionsJobHost__functionTimeout") ?? Member(host, "functionTimeout")?.GetString();
        FunctionTimeout = timeout is null ? TimeSpan.FromMinutes(30) : TimeSpan.Parse(timeout, CultureInfo.InvariantCulture);
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

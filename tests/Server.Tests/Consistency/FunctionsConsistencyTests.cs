using System.Text.Json;

namespace Postern.Tests;

/// <summary>The README's endpoints are the functions there are. That these are the server's routes is for <see cref="FunctionFileTests"/>.</summary>
public class FunctionsConsistencyTests
{
    private const string Header = "| function | path | specification |";

    [Fact]
    public void Readme_lists_every_function_and_no_other() =>
        Assert.Equal(
            Functions().Select(function => function.Name).Order(StringComparer.Ordinal),
            Documents.Table(Documents.Readme, Header).SelectMany(row => row[0].Split(", ")).Order(StringComparer.Ordinal)
        );

    [Fact]
    public void Readme_has_the_paths_and_methods_of_every_function()
    {
        var functions = Functions().ToDictionary(function => function.Name, function => function.Trigger);
        foreach (var row in Documents.Table(Documents.Readme, Header))
        {
            var (names, written) = (row[0].Split(", "), row[1]);
            Assert.All(names, name => Assert.Equal(Documented(functions[name]), written));
        }
    }

    // HEAD goes without saying where GET is, and OPTIONS is the browser's own question.
    private static string Documented(JsonElement trigger)
    {
        if (trigger.GetProperty("type").GetString() == "timerTrigger")
            return "timers";
        var methods = trigger.GetProperty("methods").EnumerateArray().Select(method => method.GetString()!).Except(["head", "options"]);
        var path = trigger.GetProperty("route").GetString()!;
        var paths = path == "health/{probe}" ? "`/health/live`, `/health/ready`" : $"`/{path}`";
        return $"{string.Join(", ", methods.Select(method => method.ToUpperInvariant()))} {paths}";
    }

    private static IEnumerable<(string Name, JsonElement Trigger)> Functions() =>
        from path in Directory.EnumerateFiles(Path.Combine(Checkout.Folder, "src"), "*.function.json", SearchOption.AllDirectories)
        where !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
        select (Path.GetFileName(path).Split('.')[0], JsonDocument.Parse(File.ReadAllText(path)).RootElement.GetProperty("bindings")[0]);
}

using System.Text.Json;

namespace Postern.Tests;

/// <summary>The functions that the host knows are the routes that the server has: a path without its function is 404 in the cloud alone.</summary>
public class FunctionFileTests(SharedServer shared) : IClassFixture<SharedServer>
{
    // The host knows these under a parameter, for one function serves them all.
    private static readonly Dictionary<string, string> Parametrized = new()
    {
        ["health/live"] = "health/{probe}",
        ["health/ready"] = "health/{probe}",
    };

    [Fact]
    public void Every_route_has_its_function_with_the_same_methods()
    {
        var mapped = shared.Server.MappedEndpoints
            .Select(endpoint => ((RouteEndpoint)endpoint, endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!))
            .SelectMany(route => route.Item2.HttpMethods.Select(method => $"{Route(route.Item1.RoutePattern.RawText!)} {method.ToLowerInvariant()}"))
            .Where(route => route is not ("sweep post" or "rotate-keys post"));
        var functions = Functions().SelectMany(function => function.Methods.Select(method => $"{function.Route} {method}"));
        Assert.Equal(mapped.Distinct().Order(), functions.Order());
    }

    [Fact]
    public void Every_function_is_open_to_anonymous_callers_and_named_for_itself()
    {
        var functions = Functions().ToList();
        Assert.True(functions.Count >= 14, $"{functions.Count} functions");
        Assert.All(functions, function => Assert.Equal("anonymous", function.Level));
    }

    [Fact]
    public void Every_function_has_just_the_bindings_with_which_the_host_passes_requests_and_timers_on() =>
        Assert.All(
            Files(),
            file =>
            {
                var bindings = file.Bindings.Select(binding => $"{binding.GetProperty("type")} {binding.GetProperty("direction")}");
                Assert.Contains(string.Join(", ", bindings), new[] { "httpTrigger in, http out", "timerTrigger in" });
            }
        );

    [Fact]
    public void The_sweep_is_a_timer()
    {
        var sweep = Triggers().Single(file => file.Name == "sweep").Trigger;
        Assert.Equal("timerTrigger", sweep.GetProperty("type").GetString());
    }

    private static string Route(string pattern) => pattern.TrimStart('/') is var path && Parametrized.TryGetValue(path, out var named) ? named : path;

    private static IEnumerable<(string Route, string Level, IEnumerable<string> Methods)> Functions() =>
        from file in Triggers()
        where file.Trigger.GetProperty("type").GetString() == "httpTrigger"
        select (
            file.Trigger.GetProperty("route").GetString()!,
            file.Trigger.GetProperty("authLevel").GetString()!,
            file.Trigger.GetProperty("methods").EnumerateArray().Select(method => method.GetString()!)
        );

    private static IEnumerable<(string Name, JsonElement Trigger)> Triggers() => Files().Select(file => (file.Name, file.Bindings[0]));

    private static IEnumerable<(string Name, JsonElement[] Bindings)> Files() =>
        from path in Directory.EnumerateFiles(Path.Combine(Checkout.Folder, "src", "Server"), "*.function.json", SearchOption.AllDirectories)
        let bindings = JsonDocument.Parse(File.ReadAllText(path)).RootElement.GetProperty("bindings")
        select (Path.GetFileName(path).Split('.')[0], bindings.EnumerateArray().ToArray());
}

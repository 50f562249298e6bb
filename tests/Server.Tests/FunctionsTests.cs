using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Postern.Protocol;
using Postern.Server;

namespace Postern.Tests;

/// <summary>
/// The functions that the Functions host is told of (metadata made at build) are those that the server runs and maps, and
/// each stands in one place.
/// </summary>
public partial class FunctionsTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private static readonly IReadOnlyList<(string Name, JsonElement Trigger)> Metadata =
    [
        .. new GeneratedFunctionMetadataProvider().GetFunctionMetadataAsync("").Result
            .Select(function => (function.Name!, JsonDocument.Parse(function.RawBindings![0]).RootElement)),
    ];

    [Fact]
    public void Every_function_is_mapped_alone_as_it_is_under_the_host()
    {
        var functions = shared.Server.Functions;
        Assert.Equal(
            Metadata.Where(function => IsHttp(function.Trigger)).Select(function => $"{function.Name} {Route(function.Trigger)}").Order(),
            functions.Http.Select(function => $"{function.Name} {function.Route}").Order()
        );
        Assert.Equal(
            Metadata.Where(function => !IsHttp(function.Trigger)).Select(function => function.Name).Order(),
            functions.Timers.Select(function => function.Name).Order()
        );
        var mapped = shared.Server.MappedEndpoints.Select(endpoint => ((RouteEndpoint)endpoint).RoutePattern.RawText!.TrimStart('/'));
        Assert.Equal(functions.Http.Select(function => function.Route).Order(), mapped.Order());
    }

    [Fact]
    public void Every_function_leaves_callers_and_methods_to_the_server()
    {
        var triggers = Metadata.Select(function => function.Trigger).Where(IsHttp).ToList();
        Assert.True(triggers.Count >= 15, $"{triggers.Count} functions");
        Assert.All(triggers, trigger => Assert.Equal("Anonymous", trigger.GetProperty("authLevel").GetString()));
        // The host would answer any other with 404 (RFC 9110 §15.5.6 wants 405 and Allow).
        Assert.All(triggers, trigger => Assert.False(trigger.TryGetProperty("methods", out _)));
    }

    [Fact]
    public void No_name_route_or_method_stands_in_two_places()
    {
        var sources = Directory.EnumerateFiles(Path.Combine(Checkout.Folder, "src"), "*.cs", SearchOption.AllDirectories)
            .Select(File.ReadAllText).Aggregate((all, next) => all + next);
        Assert.Equal(Metadata.Select(function => function.Name).Order(), Names().Matches(sources).Select(match => match.Groups[1].Value).Order());
        // Routes are constants; the metadata and redirects take them from there.
        Assert.DoesNotMatch("Route = \\$?\"", sources);
        string[] paths = [.. typeof(Paths).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!)];
        Assert.Equal(paths.Distinct().Order(), paths.Order());
        Assert.All(Metadata.Where(function => IsHttp(function.Trigger)), function => Assert.Contains(Route(function.Trigger).Split("/{")[0], paths));
        Assert.DoesNotMatch("Map(Get|Post|Methods)\\(", Documents.Read("src/Server/Host/KestrelHost.cs"));
    }

    private static bool IsHttp(JsonElement trigger) => trigger.GetProperty("type").GetString() == "httpTrigger";

    private static string Route(JsonElement trigger) => trigger.GetProperty("route").GetString()!;

    [GeneratedRegex("""\[Function\("([^"]+)"\)""")]
    private static partial Regex Names();
}

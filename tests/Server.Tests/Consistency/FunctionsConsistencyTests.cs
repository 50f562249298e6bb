using Postern.Server;

namespace Postern.Tests;

/// <summary>The README's endpoints are the functions there are. That these are the host's too is for <see cref="FunctionsTests"/>.</summary>
public class FunctionsConsistencyTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Header = "| function | path | specification |";

    private readonly Functions functions = shared.Server.Functions;

    [Fact]
    public void Readme_lists_every_function_and_no_other() =>
        Assert.Equal(
            functions.Http.Select(function => function.Name).Concat(functions.Timers.Select(timer => timer.Name)).Order(StringComparer.Ordinal),
            Documents.Table(Documents.Readme, Header).SelectMany(row => row[0].Split(", ")).Order(StringComparer.Ordinal)
        );

    [Fact]
    public void Readme_has_the_paths_and_methods_of_every_function()
    {
        foreach (var row in Documents.Table(Documents.Readme, Header))
        {
            var (names, written) = (row[0].Split(", "), row[1]);
            var known = names.Select(name => functions.Http.SingleOrDefault(function => function.Name == name)).OfType<HttpFunction>().ToList();
            Assert.Equal(known.Count == 0 ? "timers" : Documented(known), written);
        }
    }

    // HEAD goes without saying where GET is, and OPTIONS is the browser's own question.
    private static string Documented(IReadOnlyList<HttpFunction> functions)
    {
        var methods = functions.Select(function => string.Join(", ", function.Opening.Methods.Except(["HEAD"]))).Distinct().Single();
        return $"{methods} {string.Join(", ", functions.Select(function => $"`/{function.Route}`"))}";
    }
}

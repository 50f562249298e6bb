using System.Reflection;

namespace Postern.Tests;

/// <summary>CLIENTS.md says of each example what its test shows. <c>UPDATE_CLIENTS=1</c> writes it anew.</summary>
public class PageTests
{
    private const string Start = "<!-- .NET -->";
    private const string End = "<!-- /.NET -->";

    private static readonly string Path = System.IO.Path.Combine(Checkout.Folder, "CLIENTS.md");

    [Fact]
    public async Task The_page_has_a_line_for_each_example_that_is_run_here()
    {
        var examples = typeof(PageTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods())
            .Select(method => method.GetCustomAttribute<ExampleAttribute>())
            .OfType<ExampleAttribute>();
        var rows = examples.Select(example => example.Row).Order(StringComparer.Ordinal).ToArray();
        Assert.NotEmpty(rows);
        var expected = string.Join('\n', [Start, "| library | documented example | as it is |", "|---|---|---|", .. rows, End]);

        var page = await File.ReadAllTextAsync(Path, TestContext.Current.CancellationToken);
        var (from, to) = (page.IndexOf(Start, StringComparison.Ordinal), page.IndexOf(End, StringComparison.Ordinal) + End.Length);
        if (Environment.GetEnvironmentVariable("UPDATE_CLIENTS") == "1")
            await File.WriteAllTextAsync(Path, page[..from] + expected + page[to..], TestContext.Current.CancellationToken);
        else
            Assert.Equal(expected, page[from..to]);
    }
}

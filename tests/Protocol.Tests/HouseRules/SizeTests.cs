using System.Text.RegularExpressions;

namespace Postern.Tests;

/// <summary>Counts what the house rules limit, in all of <c>src</c>, so that nobody has to.</summary>
public partial class SizeTests
{
    private const int MaxFile = 200;
    private const int MaxMethod = 40;
    private const int MaxLine = 150;

    [Fact]
    public void No_file_is_longer_than_200_lines() =>
        Assert.Empty(from file in Sources.Files where file.Lines.Length > MaxFile select $"{file.Path}: {file.Lines.Length} lines");

    [Fact]
    public void No_method_is_longer_than_40_lines() =>
        Assert.Empty(
            from file in Sources.Files
            from block in Blocks(file.Lines)
            where block.Lines > MaxMethod
            select $"{file.Path}:{block.At}: {block.Lines} lines"
        );

    [Fact]
    public void No_line_is_longer_than_150_columns() =>
        Assert.Empty(
            from file in Sources.Files
            from line in file.Lines.Index()
            where line.Item.Length > MaxLine
            select $"{file.Path}:{line.Index + 1}: {line.Item.Length} columns"
        );

    [Fact]
    public void The_count_sees_methods_and_not_the_types_around_them()
    {
        const string code = """
            class A
            {
                int B(
                    int c
                )
                {
                    return c;
                }

                record D
                {
                    void E()
                    {
                    }
                }
            }
            """;
        Assert.Equal([(6, 1), (13, 0)], Blocks(code.Split('\n')));
        Assert.NotEmpty(Sources.Files);
        Assert.Contains(Sources.Files.SelectMany(file => Blocks(file.Lines)), block => block.Lines > 10);
    }

    // A brace alone on its line opens a block that ends with the next brace under it; if the line above it with the same
    // indentation declares no type, the block is a body.
    private static IEnumerable<(int At, int Lines)> Blocks(string[] lines)
    {
        for (var i = 1; i < lines.Length; i++)
        {
            if (lines[i].Trim() != "{")
                continue;
            var indentation = lines[i][..lines[i].IndexOf('{', StringComparison.Ordinal)];
            var declaration = lines[..i].Last(line =>
                line.StartsWith(indentation, StringComparison.Ordinal) && line[indentation.Length..] is [not (' ' or ')'), ..]);
            var end = Array.FindIndex(lines, i, line => line.StartsWith(indentation + "}", StringComparison.Ordinal));
            if (end > 0 && !TypeDeclaration().IsMatch(declaration))
                yield return (i + 1, end - i - 1);
        }
    }

    [GeneratedRegex(@"\b(class|record|struct|interface|enum|namespace)\b")]
    private static partial Regex TypeDeclaration();
}

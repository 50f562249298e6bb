using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Postern.Tests;

/// <summary>What is written about the server outside its code.</summary>
internal static partial class Documents
{
    public static string Readme { get; } = Read("README.md");

    public static string Schema { get; } = Read("src/Storage/SCHEMA.md");

    /// <summary>All Bicep files, one after the other.</summary>
    public static string Bicep { get; } = string.Join('\n', Files("bicep", "*.bicep"));

    /// <summary>The texts of all files of a folder.</summary>
    public static IReadOnlyList<string> Files(string folder, string pattern) =>
        [.. Directory.GetFiles(Path.Combine(Checkout.Folder, folder), pattern).Order(StringComparer.Ordinal).Select(File.ReadAllText)];

    public static string Read(string path) => File.ReadAllText(Path.Combine(Checkout.Folder, path));

    /// <summary>The rows of the table with this header.</summary>
    public static IReadOnlyList<string[]> Table(string page, string header)
    {
        var lines = page.Split('\n').SkipWhile(line => line != header).ToList();
        Assert.True(lines.Count > 2, $"There is no table {header}");
        var rows = lines.Skip(2).TakeWhile(line => line.StartsWith('|'));
        return [.. rows.Select(row => row.Trim('|').Split(" | ").Select(cell => cell.Trim()).ToArray())];
    }

    /// <summary>What stands in backticks.</summary>
    public static IReadOnlyList<string> Code(string text) => [.. Backticks().Matches(text).Select(match => match.Groups[1].Value)];

    /// <summary>The first group of every match.</summary>
    public static IReadOnlyList<string> All(string text, [StringSyntax(StringSyntaxAttribute.Regex)] string pattern) =>
        [.. Regex.Matches(text, pattern, RegexOptions.Multiline).Select(match => match.Groups[1].Value)];

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Backticks();
}

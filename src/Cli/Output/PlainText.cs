namespace Postern.Cli;

/// <summary>Answers in aligned columns.</summary>
internal static class PlainText
{
    private const string Gap = "  ";

    /// <summary>A name and a value on each line.</summary>
    public static string Of(IReadOnlyList<Fact> facts) =>
        Of([.. facts.SelectMany(fact => fact.Lines().Select((text, i) => (IReadOnlyList<string>)[i == 0 ? fact.Name : "", text]))]);

    /// <summary>A table with a heading.</summary>
    public static string Of(IReadOnlyList<IReadOnlyList<Fact>> rows, IReadOnlyList<string> columns) =>
        Of([columns, .. rows.Select(row => columns.Select(column => string.Join(", ", row.Single(fact => fact.Name == column).Lines())).ToArray())]);

    /// <summary>Texts in columns, as many in each line.</summary>
    public static string Of(IReadOnlyList<IReadOnlyList<string>> lines)
    {
        var widths = lines[0].Select((_, column) => lines.Max(line => line[column].Length)).ToArray();
        var padded = lines.Select(line => string.Join(Gap, line.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        return string.Join(Environment.NewLine, padded);
    }
}

using System.Text.RegularExpressions;

namespace Postern.Local;

/// <summary>The filters that Postern's client writes: comparisons of keys with texts, joined by and, or, and parentheses.</summary>
internal sealed partial class TableFilter
{
    private readonly List<string> tokens;
    private int position;

    private TableFilter(List<string> tokens) => this.tokens = tokens;

    /// <summary>Null for a filter that this service does not know.</summary>
    public static TableFilter? TryParse(string? text)
    {
        if (Token().Replace(text ?? "", "").Trim().Length > 0)
            return null;
        var filter = new TableFilter([.. Token().Matches(text ?? "").Select(match => match.Value)]);
        try
        {
            _ = filter.Selects(_ => "");
            return filter;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>Whether an entity is selected, given its keys by name.</summary>
    public bool Selects(Func<string, string?> key)
    {
        if (tokens.Count == 0)
            return true;
        // A parser over shared tokens, so each evaluation has its own position.
        var reading = new TableFilter(tokens);
        var selected = reading.Or(key);
        return reading.position == tokens.Count ? selected : throw new FormatException("trailing text");
    }

    private bool Or(Func<string, string?> key)
    {
        var selected = And(key);
        while (TryTake("or"))
            selected |= And(key);
        return selected;
    }

    private bool And(Func<string, string?> key)
    {
        var selected = Primary(key);
        while (TryTake("and"))
            selected &= Primary(key);
        return selected;
    }

    private bool Primary(Func<string, string?> key)
    {
        if (!TryTake("("))
            return Comparison(key);
        var selected = Or(key);
        return TryTake(")") ? selected : throw new FormatException("a parenthesis is open");
    }

    private bool Comparison(Func<string, string?> key)
    {
        var (name, comparison, literal) = (Take(), Take(), Take());
        if (!literal.StartsWith('\''))
            throw new FormatException("only texts are compared");
        var order = string.CompareOrdinal(key(name), literal[1..^1].Replace("''", "'", StringComparison.Ordinal));
        return comparison switch
        {
            "eq" => order == 0,
            "ne" => order != 0,
            "lt" => order < 0,
            "le" => order <= 0,
            "gt" => order > 0,
            "ge" => order >= 0,
            _ => throw new FormatException("not a comparison"),
        };
    }

    private string Take() => position < tokens.Count ? tokens[position++] : throw new FormatException("the filter ends early");

    private bool TryTake(string token)
    {
        if (position >= tokens.Count || tokens[position] != token)
            return false;
        position++;
        return true;
    }

    [GeneratedRegex(@"'(?:[^']|'')*'|[()]|[A-Za-z]+")]
    private static partial Regex Token();
}

namespace Postern.Cli;

/// <summary>How bad it is. The words are what is printed.</summary>
internal enum Severity
{
    Ok,
    Warn,
    Fail,
}

/// <summary>One thing that was looked at.</summary>
/// <param name="Severity">How bad it is.</param>
/// <param name="Check">What was looked at.</param>
/// <param name="Text">What was seen.</param>
/// <param name="Remedy">What to do about it; null when nothing.</param>
internal sealed record Finding(Severity Severity, string Check, string Text, string? Remedy = null)
{
    public static Finding Ok(string check, string text) => new(Severity.Ok, check, text);

    public static Finding Warn(string check, string text, string remedy) => new(Severity.Warn, check, text, remedy);

    public static Finding Fail(string check, string text, string remedy) => new(Severity.Fail, check, text, remedy);

    private string Result => Severity switch { Severity.Ok => "ok", Severity.Warn => "warn", _ => "fail" };

    public IReadOnlyList<Fact> Facts() => [new("result", Result), new("check", Check), new("finding", Text), new("remedy", Remedy)];

    /// <summary>For people: what to do is on the next line.</summary>
    public IEnumerable<IReadOnlyList<string>> Lines()
    {
        yield return [Result, Check, Fact.Printable(Text)];
        if (Remedy is not null)
            yield return ["", "", $"-> {Fact.Printable(Remedy)}"];
    }
}

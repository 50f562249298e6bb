using System.Diagnostics.CodeAnalysis;

namespace Postern.Protocol;

/// <summary>Reads settings one by one and remembers what is wrong with them, so that all problems are told at once.</summary>
internal sealed class Settings(Func<string, string?> read)
{
    private readonly List<SettingProblem> problems = [];

    public void Problem(string name, string problem) => problems.Add(new SettingProblem(name, problem, false));

    public bool HasProblem(string name) => problems.Any(problem => problem.Name == name);

    public void ThrowIfAnyProblem()
    {
        if (problems.Count > 0)
            throw new InvalidSettingsException(problems);
    }

    public string? Text(string name) => read(name)?.Trim() is { Length: > 0 } value ? value : null;

    public string Required(string name, string example, Func<string, string?> problemWith)
    {
        if (Text(name) is { } value)
            return Checked(name, value, problemWith);
        problems.Add(new SettingProblem(name, $"is not set; for example {example}", true));
        return "";
    }

    [return: NotNullIfNotNull(nameof(standard))]
    public string? Text(string name, string? standard, Func<string, string?> problemWith) =>
        Text(name) is { } value ? Checked(name, value, problemWith) : standard;

    private string Checked(string name, string value, Func<string, string?> problemWith)
    {
        if (problemWith(value) is { } problem)
            Problem(name, problem);
        return value;
    }

    public TimeSpan Duration(string name, TimeSpan standard, TimeSpan max, bool allowZero = false)
    {
        if (Text(name) is not { } text)
            return standard;
        if (Protocol.Duration.TryParse(text) is not { } duration)
            Problem(name, $"is not a duration such as {Protocol.Duration.Examples}");
        else if (duration > max || (duration == TimeSpan.Zero && !allowZero))
            Problem(name, $"must be {(allowZero ? "at most" : "more than zero and at most")} {Protocol.Duration.Format(max)}");
        else
            return duration;
        return standard;
    }

    public Scope Scope(string name)
    {
        var scope = Protocol.Scope.TryParse(Text(name));
        if (scope is null or { HasJoinedValues: true })
            Problem(name, "is not a list of scope values separated by spaces (RFC 6749 §3.3)");
        return scope ?? Protocol.Scope.Empty;
    }

    /// <summary>One of several words; the first is the default.</summary>
    public T Choice<T>(string name, params (string Word, T Value)[] choices)
    {
        if (Text(name) is not { } text)
            return choices[0].Value;
        if (!choices.Any(choice => choice.Word == text))
            Problem(name, $"must be one of {string.Join(", ", choices.Select(choice => choice.Word))}");
        return choices.FirstOrDefault(choice => choice.Word == text).Value;
    }

}

/// <summary>What is wrong with one setting.</summary>
/// <param name="Name">The setting.</param>
/// <param name="Problem">The rest of a sentence that begins with it.</param>
/// <param name="IsMissing">It is required and not set.</param>
public sealed record SettingProblem(string Name, string Problem, bool IsMissing)
{
    public override string ToString() => $"{Name} {Problem}.";
}

/// <summary>The settings do not allow a start. The message lists every problem.</summary>
public sealed class InvalidSettingsException(IReadOnlyList<SettingProblem> problems)
    : Exception($"Postern cannot start with these settings:{string.Concat(problems.Select(problem => $"{Environment.NewLine}  - {problem}"))}")
{
    public IReadOnlyList<SettingProblem> Problems { get; } = problems;
}

using System.Globalization;

namespace Postern.Protocol;

/// <summary>Reads settings one by one and remembers what is wrong with them, so that all problems are told at once.</summary>
internal sealed class Settings(Func<string, string?> read)
{
    private readonly List<SettingProblem> problems = [];

    public static string? NoProblem(string value) => null;

    public static string? ProblemWithVault(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.IsLoopback)
            ? null
            : "is not the https URL of a vault";

    public void Problem(string name, string problem) => problems.Add(new SettingProblem(name, problem));

    public void ThrowIfAnyProblem()
    {
        if (problems.Count > 0)
            throw new InvalidSettingsException(problems);
    }

    public string? Text(string name) => read(name)?.Trim() is { Length: > 0 } value ? value : null;

    public string Required(string name, string example, Func<string, string?> problemWith)
    {
        var value = Text(name);
        if ((value is null ? $"is not set; for example {example}" : problemWith(value)) is { } problem)
            Problem(name, problem);
        return value ?? "";
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
        if (scope is null)
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

    public int? Port(string name)
    {
        if (Text(name) is not { } text)
            return null;
        if (ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            return port;
        Problem(name, "is not a port");
        return null;
    }
}

/// <summary>What is wrong with one setting.</summary>
public sealed record SettingProblem(string Name, string Problem)
{
    public override string ToString() => $"{Name} {Problem}.";
}

/// <summary>The settings do not allow a start. The message lists every problem.</summary>
public sealed class InvalidSettingsException(IReadOnlyList<SettingProblem> problems)
    : Exception($"Postern cannot start with these settings:{string.Concat(problems.Select(problem => $"{Environment.NewLine}  - {problem}"))}")
{
    public IReadOnlyList<SettingProblem> Problems { get; } = problems;
}

using System.Globalization;
using Postern.Protocol;

namespace Postern.Server;

/// <summary>Reads settings one by one and remembers what is wrong with them, so that all problems are told at once.</summary>
internal sealed class Settings(Func<string, string?> read)
{
    private readonly List<string> problems = [];

    public static string? NoProblem(string value) => null;

    public static string? ProblemWithIssuer(string value)
    {
        if (!Uri.TryCreate(value, UriKind.Absolute, out var uri))
            return "is not an absolute URL";
        if (uri.Scheme != Uri.UriSchemeHttps && !(uri.Scheme == Uri.UriSchemeHttp && uri.Host is "localhost" or "127.0.0.1"))
            return "must be https (http only on localhost)";
        if (value.EndsWith('/') || uri.Query.Length > 0 || uri.Fragment.Length > 0 || uri.UserInfo.Length > 0)
            return "must have no slash at its end, no query, no fragment and no user information (RFC 8414 §2)";
        return uri.GetLeftPart(UriPartial.Path).TrimEnd('/') == value ? null : $"must be spelled {uri.GetLeftPart(UriPartial.Path).TrimEnd('/')}";
    }

    public static string? ProblemWithVault(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.IsLoopback) ? null : "is not the https URL of a vault";

    public void Problem(string name, string problem) => problems.Add($"{name} {problem}.");

    public void ThrowIfAnyProblem()
    {
        if (problems.Count > 0)
            throw new InvalidSettingsException(problems);
    }

    public string? Text(string name) => read(name) is { Length: > 0 } value ? value.Trim() : null;

    public string Required(string name, string example, Func<string, string?> problemWith)
    {
        var value = Text(name);
        if ((value is null ? $"is not set; for example {example}" : problemWith(value)) is { } problem)
            Problem(name, problem);
        return value ?? "";
    }

    /// <summary>A number and a unit: s, m, h or d.</summary>
    public TimeSpan Duration(string name, TimeSpan standard, TimeSpan max, bool allowZero = false)
    {
        if (Text(name) is not { } text)
            return standard;
        TimeSpan? unit = text[^1] switch
        {
            's' => TimeSpan.FromSeconds(1),
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            'd' => TimeSpan.FromDays(1),
            _ => null,
        };
        if (unit is null || !uint.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            Problem(name, "is not a duration such as 60s, 15m, 12h or 30d");
            return standard;
        }
        var seconds = number * unit.Value.TotalSeconds;
        if (seconds > max.TotalSeconds || (seconds == 0 && !allowZero))
        {
            Problem(name, $"must be {(allowZero ? "at most" : "more than zero and at most")} {max.TotalSeconds.ToString(CultureInfo.InvariantCulture)}s");
            return standard;
        }
        return TimeSpan.FromSeconds(seconds);
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

/// <summary>The settings do not allow a start. The message lists every problem.</summary>
public sealed class InvalidSettingsException(IReadOnlyList<string> problems)
    : Exception($"Postern cannot start with these settings:{string.Concat(problems.Select(problem => $"{Environment.NewLine}  - {problem}"))}")
{
    public IReadOnlyList<string> Problems { get; } = problems;
}

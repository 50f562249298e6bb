using System.CommandLine;
using Postern.Protocol;
using Postern.Storage;

namespace Postern.Cli;

/// <summary>One command on its way: what was typed, where the tables are, and where answers go.</summary>
internal sealed class Invocation(Terminal terminal, CommandLine line, ParseResult parsed)
{
    public Terminal Terminal => terminal;

    public ParseResult Parsed => parsed;

    public DateTimeOffset Now => terminal.Time.GetUtcNow();

    public ClientStore Clients => new(Connect(), terminal.Time, TimeSpan.Zero);

    public UserStore Users => new(Connect());

    /// <summary>An environment variable, or the option that takes its place.</summary>
    public string? Setting(string name)
    {
        var option = name switch
        {
            "POSTERN_STORAGE" => parsed.GetValue(line.Storage),
            "POSTERN_ISSUER" => parsed.GetValue(line.Issuer),
            _ => null,
        };
        return option ?? (terminal.Environment.TryGetValue(name, out var value) && value.Length > 0 ? value : null);
    }

    /// <exception cref="FormatException">The setting is missing or not understood.</exception>
    public Tables Connect() =>
        Tables.Connect(
            Setting("POSTERN_STORAGE") ?? throw new FormatException("Say where the tables are: --storage https://<account>.table.core.windows.net, or POSTERN_STORAGE."),
            OperatorCredential.Create(terminal.Environment)
        );

    /// <exception cref="FormatException">The setting is missing or not an issuer identifier.</exception>
    public string Issuer()
    {
        var issuer = Setting("POSTERN_ISSUER") ?? throw new FormatException("Say which server: --issuer https://login.example.com, or POSTERN_ISSUER.");
        return ServerOptions.ProblemWithIssuer(issuer) is { } problem ? throw new FormatException($"The issuer {problem}.") : issuer;
    }

    /// <summary>Prints one thing.</summary>
    public int Show(IReadOnlyList<Fact> facts)
    {
        terminal.Out.WriteLine(parsed.GetValue(line.Json) ? JsonText.Of(facts) : PlainText.Of(facts));
        return ExitCodes.Ok;
    }

    /// <summary>Prints many things: those columns as a table, everything as JSON.</summary>
    public int List(IReadOnlyList<IReadOnlyList<Fact>> rows, params IReadOnlyList<string> columns)
    {
        terminal.Out.WriteLine(parsed.GetValue(line.Json) ? JsonText.Of(rows) : PlainText.Of(rows, columns));
        return ExitCodes.Ok;
    }

    /// <summary>Says something to the person that no script should have to parse.</summary>
    public void Tell(string sentence) => terminal.Error.WriteLine(sentence);

    public int Refuse(params IEnumerable<string> reasons)
    {
        foreach (var reason in reasons)
            Tell(reason);
        return ExitCodes.Refused;
    }
}

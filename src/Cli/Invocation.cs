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

    /// <summary>What time it is for the table service, by which an operator's machine need not go.</summary>
    public async Task<DateTimeOffset> TableTimeAsync(CancellationToken cancellation) => await Connect().CheckAsync(cancellation) ?? Now;

    public ClientStore Clients => new(Connect(), terminal.Time, TimeSpan.Zero);

    public ResourceStore Resources => new(Connect(), terminal.Time, TimeSpan.Zero);

    public UserStore Users => new(Connect());

    public TrustedIssuerStore Issuers => new(Connect(), terminal.Time, TimeSpan.Zero);

    public bool AsJson => parsed.GetValue(line.Json);

    /// <summary>How long one question may take. An operator waits longer than a browser does, and a login by az takes a while.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>An environment variable, or the option that takes its place.</summary>
    public string? Setting(string name)
    {
        var option = name switch
        {
            "POSTERN_STORAGE" => parsed.GetValue(line.Storage),
            "POSTERN_ISSUER" => parsed.GetValue(line.Issuer),
            "POSTERN_KEY_VAULT" => parsed.GetValue(line.KeyVault),
            "POSTERN_SIGNING" => parsed.GetValue(line.Signing),
            _ => null,
        };
        return option ?? (terminal.Environment.TryGetValue(name, out var value) && value.Length > 0 ? value : null);
    }

    /// <exception cref="SettingException">The setting is missing or not understood.</exception>
    public Tables Connect()
    {
        var setting = Setting("POSTERN_STORAGE")
            ?? throw new SettingException("Say where the tables are: --storage https://<account>.table.core.windows.net, or POSTERN_STORAGE.");
        try
        {
            return Tables.Connect(setting, terminal.Credential, patience: Patience);
        }
        catch (FormatException notUnderstood)
        {
            throw new SettingException(notUnderstood.Message);
        }
    }

    /// <exception cref="SettingException">The setting is missing or not an issuer identifier.</exception>
    public string Issuer()
    {
        var issuer = Setting("POSTERN_ISSUER")
            ?? throw new SettingException("Say which server: --issuer https://login.example.com, or POSTERN_ISSUER.");
        return ServerOptions.ProblemWithIssuer(issuer) is { } problem ? throw new SettingException($"The issuer {problem}.") : issuer;
    }

    /// <summary>Prints one thing.</summary>
    /// <param name="facts">What is known of it.</param>
    /// <param name="otherwise">What to say where it cannot be shown.</param>
    /// <exception cref="NotShownException">Standard output is full or closed.</exception>
    public int Show(IReadOnlyList<Fact> facts, string otherwise = NotShownException.NothingLost)
    {
        try
        {
            terminal.Out.WriteLine(AsJson ? JsonText.Of(facts) : PlainText.Of(facts));
            return ExitCodes.Ok;
        }
        catch (IOException failed)
        {
            throw new NotShownException(failed, otherwise);
        }
    }

    /// <summary>
    /// Makes a change. A secret that came with it is shown before: what cannot be shown is not changed. Without one the change
    /// comes first.
    /// </summary>
    /// <param name="secret">Null: there is none.</param>
    /// <param name="facts">What to show.</param>
    /// <param name="change">False: somebody else was faster, and nothing was changed.</param>
    /// <returns>Null: the same.</returns>
    public async Task<int?> ChangeAsync(string? secret, IReadOnlyList<Fact> facts, Func<Task<bool>> change)
    {
        if (secret is not null)
            Show(facts, "Nothing was changed, and the secret is void. Send it somewhere else, and try again.");
        if (!await change())
            return null;
        return secret is null ? Show(facts, "The change was made all the same.") : ExitCodes.Ok;
    }

    /// <summary>Prints many things: those columns as a table, everything as JSON.</summary>
    public int List(IReadOnlyList<IReadOnlyList<Fact>> rows, params IReadOnlyList<string> columns)
    {
        terminal.Out.WriteLine(AsJson ? JsonText.Of(rows) : PlainText.Of(rows, columns));
        return ExitCodes.Ok;
    }

    /// <summary>For a change that found somebody else's there.</summary>
    public int RefuseRace(string? secret) =>
        Refuse(secret is null
            ? "Somebody else keeps changing this. Try again."
            : "Somebody else has changed this at the same moment. Nothing was changed, and the secret is void. Try again.");

    /// <summary>Says something to the person that no script should have to parse.</summary>
    public void Tell(string sentence) => terminal.Error.WriteLine(Fact.Printable(sentence));

    public int Refuse(params IEnumerable<string> reasons)
    {
        foreach (var reason in reasons)
            Tell(reason);
        return ExitCodes.Refused;
    }
}

using System.CommandLine;
using System.CommandLine.Invocation;

namespace Postern.Cli;

/// <summary>The whole command line. It works on the server's tables with the operator's own login, so there is no admin endpoint to attack.</summary>
internal sealed class PosternCommand : RootCommand
{
    internal PosternCommand(Terminal terminal)
        : base(
            """
            Looks after a Postern authorization server: its clients, people, keys and health.

            Where: --storage and --issuer, or POSTERN_STORAGE and POSTERN_ISSUER. With a table endpoint you are who 'az login'
            says you are, and need the role Storage Table Data Contributor on the account.

            Exit codes: 0 done, 1 refused, 2 not understood, 3 storage, issuer or login failed.

            Examples:
              postern client add web --redirect-uri https://app.example.com/callback
              postern user add alice@example.com --generate-password
              postern doctor
            """
        )
    {
        var line = new CommandLine(terminal);
        Add(line.Storage);
        Add(line.Issuer);
        Add(line.Json);
        Add(new ClientCommand(line));
        Add(new UserCommand(line));
        Add(new KeysCommand(line));
        Add(new DoctorCommand(line));
    }

    /// <summary>Runs one command line.</summary>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, Terminal terminal)
    {
        // Without files of options: a name or a claim may well begin with @.
        var parsed = new PosternCommand(terminal).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var world = new InvocationConfiguration { Output = terminal.Out, Error = terminal.Error, EnableDefaultExceptionHandler = false };
        try
        {
            var code = await parsed.InvokeAsync(world);
            return parsed.Action is ParseErrorAction ? ExitCodes.Usage : code;
        }
        // From reading the storage setting, which never quotes it.
        catch (FormatException notUnderstood)
        {
            await terminal.Error.WriteLineAsync(notUnderstood.Message);
            return ExitCodes.Usage;
        }
        catch (Exception exception) when (Failures.Explain(exception) is { } explanation)
        {
            await terminal.Error.WriteLineAsync(explanation);
            return ExitCodes.Unavailable;
        }
    }
}

using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Postern.Cli;

/// <summary>The whole command line. It works on the server's tables with the operator's own login, so there is no admin endpoint to attack.</summary>
internal sealed class PosternCommand : RootCommand
{
    internal PosternCommand(Terminal terminal)
        : base(
            """
            Looks after a Postern authorization server: its clients, resources, people, trusted issuers, keys and health.

            Where: --storage, --key-vault and --issuer, or the server's settings POSTERN_STORAGE, POSTERN_KEY_VAULT and
            POSTERN_ISSUER. You are who 'az login' says you are, and need the role Storage Table Data Contributor on the
            storage account.

            Exit codes: 0 done, 1 refused, 2 not understood, 3 storage, issuer or login failed,
            4 the answer could not be written.

            Examples:
              postern client add web --redirect-uri https://app.example.com/callback
              postern user add alice@example.com --generate-password
              postern keys list
              postern doctor
            """
        )
    {
        var line = new CommandLine(terminal);
        Add(line.Storage);
        Add(line.Issuer);
        Add(line.Json);
        Add(new ClientCommand(line));
        Add(new ResourceCommand(line));
        Add(new UserCommand(line));
        Add(new IssuerCommand(line));
        Add(new KeysCommand(line));
        Add(new DoctorCommand(line));
        var help = Options.OfType<HelpOption>().Single();
        help.Action = new Help((HelpAction)help.Action!);
    }

    /// <summary>Runs one command line.</summary>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, Terminal terminal)
    {
        // A name may well begin with @ and a kid with -: neither is a file of options or several of them in one.
        var asTheyAre = new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false };
        var parsed = new PosternCommand(terminal).Parse(args, asTheyAre);
        var world = new InvocationConfiguration { Output = terminal.Out, Error = terminal.Error, EnableDefaultExceptionHandler = false };
        try
        {
            return parsed.Action is ParseErrorAction error ? await NotUnderstoodAsync(parsed, error, world) : await parsed.InvokeAsync(world);
        }
        catch (SettingException notUnderstood)
        {
            await terminal.Error.WriteLineAsync(notUnderstood.Message);
            return ExitCodes.Usage;
        }
        catch (NotShownException notShown)
        {
            await terminal.Error.WriteLineAsync(notShown.Message);
            return ExitCodes.NotShown;
        }
        // Lists and help, too, may meet a full disk.
        catch (IOException exception)
        {
            await terminal.Error.WriteLineAsync(new NotShownException(exception).Message);
            return ExitCodes.NotShown;
        }
        catch (Exception exception) when (Failures.Explain(exception) is { } explanation)
        {
            await terminal.Error.WriteLineAsync(explanation);
            return ExitCodes.Unavailable;
        }
    }

    private static async Task<int> NotUnderstoodAsync(ParseResult parsed, ParseErrorAction error, InvocationConfiguration world)
    {
        // Whoever stopped at a group of commands wants to see them; a slip is found by its own sentence.
        error.ShowHelp = parsed.CommandResult.Command.Subcommands.Count > 0 && parsed.UnmatchedTokens.Count == 0;
        await parsed.InvokeAsync(world);
        if (!error.ShowHelp)
            await world.Error.WriteLineAsync($"'{NameOf(parsed.CommandResult.Command)} --help' tells more.");
        return ExitCodes.Usage;
    }

    private static string NameOf(Command command) =>
        command is RootCommand ? "postern" : $"{NameOf(command.Parents.OfType<Command>().Single())} {command.Name}";
}

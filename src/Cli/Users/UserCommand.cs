using System.CommandLine;

namespace Postern.Cli;

/// <summary><c>postern user</c>.</summary>
internal sealed class UserCommand : Command
{
    public UserCommand(CommandLine line)
        : base(
            "user",
            """
            Adds people who can sign in, and changes and removes them.

            Example:
              postern user add alice@example.com --generate-password
            """
        )
    {
        Add(new UserAddCommand(line));
        Add(new UserListCommand(line));
        Add(new UserShowCommand(line));
        Add(new UserSetCommand(line));
        Add(new UserSetPasswordCommand(line));
        Add(new UserEditCommand(
            line,
            "disable",
            "Nobody can sign in as this person any more. Ends every session and grant of theirs.",
            user => user with { Disabled = true, Stamp = Secrets.Stamp() }
        ));
        Add(new UserEditCommand(
            line,
            "enable",
            "Lets a disabled person sign in again. What was ended stays ended.",
            user => user with { Disabled = false }
        ));
        Add(new UserEditCommand(
            line,
            "sign-out",
            "Ends every session of the person, and every grant of theirs to an app.",
            user => user with { Stamp = Secrets.Stamp() }
        ));
        Add(new UserRemoveCommand(line));
    }
}

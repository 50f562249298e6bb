using System.CommandLine;
using Postern.Protocol;

namespace Postern.Cli;

/// <summary><c>postern user set-password</c>.</summary>
internal sealed class UserSetPasswordCommand : Command
{
    private readonly Argument<string> user = UserLookup.Argument();
    private readonly Option<bool> keepSessions = new("--keep-sessions")
    {
        Description = "Leave the person signed in, and apps with what they were granted.",
    };
    private readonly PasswordOptions passwords;

    public UserSetPasswordCommand(CommandLine line)
        : base(
            "set-password",
            """
            Sets another password and, as whoever knew the old one may be signed in, ends all sessions and grants.

            Examples:
              postern user set-password alice@example.com
              postern user set-password alice@example.com --generate-password --keep-sessions
            """
        )
    {
        Add(user);
        passwords = new PasswordOptions(this);
        Add(keepSessions);
        line.Run(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellation)
    {
        var asked = invocation.Parsed.GetRequiredValue(user);
        // Before anybody types a password in vain.
        if (await UserLookup.FindAsync(invocation.Users, asked, cancellation) is null)
            return invocation.Refuse(UserLookup.NotFound(asked));
        if (passwords.Read(invocation, out var problem) is not { } password)
            return invocation.Refuse(problem!);
        return await UserChange.RunAsync(invocation, asked, Change, () => password.IsGenerated ? password.Text : null, cancellation);

        User Change(User person) =>
            person with
            {
                PasswordHash = PasswordOptions.Hash(person, password),
                Stamp = invocation.Parsed.GetValue(keepSessions) ? person.Stamp : Secrets.Stamp(),
            };
    }
}

using System.CommandLine;

namespace Postern.Cli;

/// <summary><c>postern user remove</c>.</summary>
internal sealed class UserRemoveCommand : Command
{
    private readonly Argument<string> user = UserLookup.Argument();
    private readonly Confirmation confirmation;

    public UserRemoveCommand(CommandLine line)
        : base("remove", "Removes a person, what they allowed apps, and their login name.\n\nExample:\n  postern user remove alice@example.com --yes")
    {
        Add(user);
        confirmation = new Confirmation(this);
        line.Run(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellation)
    {
        var (users, asked) = (invocation.Users, invocation.Parsed.GetRequiredValue(user));
        if (await UserLookup.FindAsync(users, asked, cancellation) is not { } found)
            return invocation.Refuse(UserLookup.NotFound(asked));
        var warning = $"'{found.Value.Login}' will be gone with everything they allowed; whoever is added under this name later is somebody else.";
        if (!confirmation.Permits(invocation, warning))
            return ExitCodes.Refused;
        await users.RemoveAsync(found.Value, cancellation);
        return invocation.Show([new("login", found.Value.Login), new("sub", found.Value.Subject), new("removed", true)]);
    }
}

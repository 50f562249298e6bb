using System.CommandLine;
using Postern.Protocol;

namespace Postern.Cli;

/// <summary><c>postern user disable</c>, <c>enable</c> and <c>sign-out</c>: one change that needs no more than to be named.</summary>
internal sealed class UserEditCommand : Command
{
    private readonly Argument<string> user = UserLookup.Argument();

    public UserEditCommand(CommandLine line, string name, string what, Func<User, User> edit)
        : base(name, $"{what}\n\nExample:\n  postern user {name} alice@example.com")
    {
        Add(user);
        line.Run(this, (invocation, cancellation) =>
        {
            var asked = invocation.Parsed.GetRequiredValue(user);
            return UserChange.RunAsync(invocation, asked, edit, () => null, cancellation);
        });
    }
}

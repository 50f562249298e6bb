using System.CommandLine;
using Postern.Protocol;

namespace Postern.Cli;

/// <summary><c>postern user set</c>.</summary>
internal sealed class UserSetCommand : Command
{
    private readonly Argument<string> user = UserLookup.Argument();
    private readonly ClaimOptions claims;

    public UserSetCommand(CommandLine line)
        : base(
            "set",
            """
            Changes what is known about a person and keeps the rest. --claims replaces everything.

            Examples:
              postern user set alice --email alice@example.org --email-verified
              postern user set alice --claims '{ "name": "Alice Example", "locale": "en-GB" }'
            """
        )
    {
        Add(user);
        claims = new ClaimOptions(this);
        CommandLine.NeedsAnyOption(this);
        line.Run(this, RunAsync);
    }

    private Task<int> RunAsync(Invocation invocation, CancellationToken cancellation)
    {
        return UserChange.RunAsync(invocation, invocation.Parsed.GetRequiredValue(user), Change, () => null, cancellation);

        User? Change(User person)
        {
            if (claims.Apply(invocation.Parsed, person.Claims, out var problem) is { } next)
                return person with { Claims = next };
            invocation.Refuse(problem!);
            return null;
        }
    }
}

using Postern.Protocol;

namespace Postern.Cli;

/// <summary>Changes a stored person, on whatever they are by the time of the write.</summary>
internal static class UserChange
{
    private const int MaxTries = 5;

    /// <param name="invocation">The command.</param>
    /// <param name="asked">Login name or subject.</param>
    /// <param name="change">Says what the person becomes; null, after it has told why, for a refusal.</param>
    /// <param name="password">A password that the change put in, to be shown this once.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<int> RunAsync(
        Invocation invocation,
        string asked,
        Func<User, User?> change,
        Func<string?> password,
        CancellationToken cancellation
    )
    {
        var users = invocation.Users;
        // A secret is shown before the change, so once.
        for (var tries = 0; tries < MaxTries && (tries == 0 || password() is null); tries++)
        {
            if (await UserLookup.FindAsync(users, asked, cancellation) is not { } read)
                return invocation.Refuse(UserLookup.NotFound(asked));
            if (change(read.Value) is not { } changed)
                return ExitCodes.Refused;
            var next = changed with { UpdatedAt = invocation.Now };
            var facts = UserFacts.Of(next, password());
            if (await invocation.ChangeAsync(password(), facts, () => users.TryReplaceAsync(read, next, cancellation)) is not { } done)
                continue;
            UserFacts.Announce(invocation, password());
            return done;
        }
        return invocation.RefuseRace(password());
    }
}

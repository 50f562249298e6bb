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
        for (var tries = 0; tries < MaxTries; tries++)
        {
            if (await UserLookup.FindAsync(users, asked, cancellation) is not { } read)
                return invocation.Refuse(UserLookup.NotFound(asked));
            if (change(read.Value) is not { } changed)
                return ExitCodes.Refused;
            var next = changed with { UpdatedAt = invocation.Now };
            if (!await users.TryReplaceAsync(read, next, cancellation))
                continue;
            UserFacts.Announce(invocation, password());
            return invocation.Show(UserFacts.Of(next, password()));
        }
        return invocation.Refuse("Somebody else keeps changing this person. Try again.");
    }
}

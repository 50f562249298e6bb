using System.CommandLine;

namespace Postern.Cli;

/// <summary><c>postern user show</c>.</summary>
internal sealed class UserShowCommand : Command
{
    private readonly Argument<string> user = UserLookup.Argument();

    public UserShowCommand(CommandLine line)
        : base("show", "Shows a person and the apps they have allowed.\n\nExample:\n  postern user show alice@example.com")
    {
        Add(user);
        line.Run(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellation)
    {
        var (users, asked) = (invocation.Users, invocation.Parsed.GetRequiredValue(user));
        if (await UserLookup.FindAsync(users, asked, cancellation) is not { } found)
            return invocation.Refuse(UserLookup.NotFound(asked));
        var apps = new List<string>();
        await foreach (var consent in users.ListConsentsAsync(found.Value.Subject, cancellation))
            apps.Add($"{consent.ClientId}: {consent.Scope}");
        return invocation.Show([.. UserFacts.Of(found.Value), new("consents", apps)]);
    }
}

using System.CommandLine;

namespace Postern.Cli;

/// <summary><c>postern user list</c>.</summary>
internal sealed class UserListCommand : Command
{
    public UserListCommand(CommandLine line)
        : base("list", "Lists everybody; it reads the whole table.\n\nExample:\n  postern user list --json") => line.Run(this, RunAsync);

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken cancellation)
    {
        var rows = new List<IReadOnlyList<Fact>>();
        await foreach (var user in invocation.Users.ListAsync(cancellation))
            rows.Add(UserFacts.Of(user));
        return invocation.List(rows, "login", "sub", "name", "disabled", "created_at");
    }
}

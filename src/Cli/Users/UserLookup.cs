using System.CommandLine;
using Postern.Protocol;
using Postern.Storage;

namespace Postern.Cli;

/// <summary>Finds the person a command is about, by what they type or by their subject.</summary>
internal static class UserLookup
{
    public static Argument<string> Argument() => new("user") { Description = "The login name, or the subject (sub)." };

    public static string NotFound(string user) => $"There is no '{user}', neither as a login name nor as a subject. 'postern user list' shows all.";

    public static async Task<Stored<User>?> FindAsync(UserStore users, string user, CancellationToken cancellation)
    {
        var byLogin = LoginName.Canonical(user) is { } login ? await users.FindByLoginAsync(login, cancellation) : null;
        return byLogin ?? await users.FindAsync(user, cancellation);
    }
}

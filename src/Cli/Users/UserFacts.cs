using Postern.Protocol;

namespace Postern.Cli;

/// <summary>What is shown of a person. Never the password's hash.</summary>
internal static class UserFacts
{
    public static IReadOnlyList<Fact> Of(User user) =>
        [
            new("login", user.Login),
            new("sub", user.Subject),
            new("name", user.Claims.Text(UserClaims.Name)),
            new("has_password", user.PasswordHash is not null),
            new("disabled", user.Disabled),
            new("claims", user.Claims),
            new("created_at", user.CreatedAt),
            new("updated_at", user.UpdatedAt),
        ];

    public static void Announce(Invocation invocation, string? password)
    {
        if (password is not null)
            invocation.Tell($"A password was made. {Secrets.ShownOnce}");
    }

    /// <summary>The same with the password that was made for them, this once.</summary>
    public static IReadOnlyList<Fact> Of(User user, string? password) =>
        password is null ? Of(user) : [new("login", user.Login), new("password", password), .. Of(user).Skip(1)];
}

using System.CommandLine;
using Postern.Protocol;

namespace Postern.Cli;

/// <summary><c>postern user add</c>.</summary>
internal sealed class UserAddCommand : Command
{
    private readonly Argument<string> login = new("login") { Description = "What the person types to sign in; case does not matter." };
    private readonly ClaimOptions claims;
    private readonly PasswordOptions passwords;

    public UserAddCommand(CommandLine line)
        : base(
            "add",
            """
            Adds a person. Asks for their password, unless it is to be generated or comes from standard input.

            Examples:
              postern user add alice@example.com --name "Alice Example" --email alice@example.com --email-verified
              postern user add bob --generate-password
              postern user add carol --password-stdin < password.txt
            """
        )
    {
        Add(login);
        claims = new ClaimOptions(this);
        passwords = new PasswordOptions(this);
        line.Run(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellation)
    {
        if (LoginName.Canonical(invocation.Parsed.GetRequiredValue(login)) is not { } canonical)
            return invocation.Refuse($"{LoginName.Rule}: 1 to {LoginName.MaxLength} characters.");
        if (claims.Apply(invocation.Parsed, UserClaims.Empty, out var problem) is not { } known)
            return invocation.Refuse(problem!);
        var users = invocation.Users;
        if (await users.FindByLoginAsync(canonical, cancellation) is not null)
            return invocation.Refuse(Taken(canonical));
        var now = invocation.Now;
        var user = new User
        {
            Subject = Secrets.Subject(),
            Login = canonical,
            Claims = known,
            CreatedAt = now,
            UpdatedAt = now,
        };
        if (passwords.Read(invocation, user, out problem) is not { } password)
            return invocation.Refuse(problem!);
        user = user with { PasswordHash = PasswordOptions.Hash(user, password) };
        var generated = password.IsGenerated ? password.Text : null;
        if (await invocation.ChangeAsync(generated, UserFacts.Of(user, generated), () => users.TryAddAsync(user, cancellation)) is not { } done)
            return invocation.Refuse(Taken(canonical));
        UserFacts.Announce(invocation, generated);
        return done;
    }

    private static string Taken(string login) => $"The login name '{login}' is taken.";
}

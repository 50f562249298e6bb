using System.CommandLine;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Postern.Protocol;

namespace Postern.Cli;

/// <summary>A password, and whether it was made here and has to be shown.</summary>
internal sealed record NewPassword(string Text, bool IsGenerated)
{
    public override string ToString() => nameof(NewPassword);
}

/// <summary>
/// Where a password comes from. Never from an argument, which every process on the machine can read and the shell
/// writes into its history.
/// </summary>
internal sealed class PasswordOptions
{
    private readonly Option<bool> fromInput = new("--password-stdin")
    {
        Description = "Read the password from standard input: its first line, in UTF-8.",
    };
    private readonly Option<bool> generate = new("--generate-password") { Description = "Make a password and show it once." };

    public PasswordOptions(Command command)
    {
        command.Add(fromInput);
        command.Add(generate);
        command.Validators.Add(result =>
        {
            if (result.GetValue(fromInput) && result.GetValue(generate))
                result.AddError("Choose one of --password-stdin and --generate-password.");
        });
    }

    /// <summary>Null, with a sentence, where there is none or it would be no good.</summary>
    /// <param name="invocation">The command.</param>
    /// <param name="user">Whose it will be: by none of their names.</param>
    /// <param name="problem">What is wrong.</param>
    public NewPassword? Read(Invocation invocation, User user, out string? problem)
    {
        problem = null;
        if (invocation.Parsed.GetValue(generate))
            return new NewPassword(Secrets.ForPerson(), IsGenerated: true);
        var typed = invocation.Parsed.GetValue(fromInput) ? FirstLine(invocation.Terminal, out problem) : Ask(invocation.Terminal, out problem);
        problem ??= PasswordRules.Problem(typed, user.Login, user.Claims.Text(UserClaims.Email), user.Claims.Text(UserClaims.Name));
        return problem is null ? new NewPassword(PasswordText.Normalize(typed)!, IsGenerated: false) : null;
    }

    public static string Hash(User user, NewPassword password)
    {
        var options = new PasswordHasherOptions { IterationCount = User.PasswordIterations };
        return new PasswordHasher<User>(Options.Create(options)).HashPassword(user, password.Text);
    }

    private static string FirstLine(Terminal terminal, out string? problem)
    {
        problem = null;
        try
        {
            return terminal.In.ReadLine() ?? "";
        }
        catch (DecoderFallbackException)
        {
            // Whatever stood in its place, nobody could type it.
            problem = "The password on standard input is not UTF-8. Save it as UTF-8, or choose --generate-password.";
            return "";
        }
    }

    private static string Ask(Terminal terminal, out string? problem)
    {
        problem = "There is no terminal to ask for the password: give --password-stdin or --generate-password.";
        if (terminal.AskHidden is not { } ask)
            return "";
        var typed = ask("Password: ");
        problem = typed == ask("Once more: ") ? null : "These were two passwords.";
        return typed;
    }
}

using System.CommandLine;
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
    private const int MinLength = 8;
    private const int MaxLength = 1024;

    private readonly Option<bool> fromInput = new("--password-stdin") { Description = "Read the password from standard input: its first line." };
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
    public NewPassword? Read(Invocation invocation, out string? problem)
    {
        problem = null;
        if (invocation.Parsed.GetValue(generate))
            return new NewPassword(Secrets.ForPerson(), IsGenerated: true);
        var typed = invocation.Parsed.GetValue(fromInput) ? invocation.Terminal.In.ReadLine() ?? "" : Ask(invocation.Terminal, out problem);
        if (problem is null && typed.Length is < MinLength or > MaxLength)
            problem = $"A password has {MinLength} to {MaxLength} characters.";
        // No browser sends what cannot be typed, so nobody could sign in with it.
        if (problem is null && typed.Any(char.IsControl))
            problem = "A password has no control characters, such as tabs.";
        return problem is null ? new NewPassword(typed, IsGenerated: false) : null;
    }

    public static string Hash(User user, NewPassword password)
    {
        var options = new PasswordHasherOptions { IterationCount = User.PasswordIterations };
        return new PasswordHasher<User>(Options.Create(options)).HashPassword(user, password.Text);
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

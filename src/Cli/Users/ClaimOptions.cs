using System.CommandLine;
using System.Text;
using System.Text.Json;
using Postern.Protocol;

namespace Postern.Cli;

/// <summary>The options that say what is known about a person.</summary>
internal sealed class ClaimOptions
{
    // They are one column of a row.
    private const int MaxLength = 30_000;

    private readonly Option<string?> claims = new("--claims")
    {
        Description = "All claims, as a JSON object of OpenID Connect Core §5.1.",
        HelpName = "json",
    };
    private readonly Option<string?> name = new("--name") { Description = "Full name; \"\" removes it.", HelpName = "text" };
    private readonly Option<string?> email = new("--email")
    {
        Description = "Email address; not verified unless said so, and \"\" removes it.",
        HelpName = "address",
    };
    private readonly Option<bool?> emailVerified = new("--email-verified") { Description = "Somebody has made sure that the address is theirs." };

    public ClaimOptions(Command command)
    {
        command.Add(name);
        command.Add(email);
        command.Add(emailVerified);
        command.Add(claims);
    }

    /// <summary>The claims with what was given; null, with a sentence, for what is not well-formed.</summary>
    public UserClaims? Apply(ParseResult parsed, UserClaims current, out string? problem)
    {
        problem = null;
        var next = parsed.GetValue(claims) is { } json ? UserClaims.TryParse(json, out problem) : current;
        if (next is null)
            return null;
        if (parsed.GetValue(name) is { } fullName)
            next = next.With(UserClaims.Name, Text(fullName));
        // Another address is another thing to verify.
        if (parsed.GetValue(email) is { } address)
            next = next.With(UserClaims.Email, Text(address)).With(UserClaims.EmailVerified, address.Length == 0 ? null : Flag(false));
        if (parsed.GetValue(emailVerified) is { } verified)
            next = next.With(UserClaims.EmailVerified, Flag(verified));
        if (next.Text(UserClaims.Email) is null && parsed.GetValue(emailVerified) == true)
            problem = "There is no email address that could be verified: give --email too.";
        problem ??= next.ProblemWithTexts(current);
        if (next.ToJson().Length > MaxLength)
            problem = $"The claims may have at most {MaxLength} characters.";
        return problem is null ? next : null;
    }

    private static JsonElement? Text(string text) => text.Length == 0 ? null : Parse($"\"{JsonEncodedText.Encode(text)}\"");

    private static JsonElement Flag(bool flag) => Parse(flag ? "true" : "false");

    private static JsonElement Parse(string json)
    {
        using var document = JsonDocument.Parse(Encoding.UTF8.GetBytes(json));
        return document.RootElement.Clone();
    }
}

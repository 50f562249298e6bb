using System.CommandLine;
using Postern.Protocol;

namespace Postern.Cli;

/// <summary>The options that say what a client is told, and what ends, when people sign out. What is not given stays as it is.</summary>
internal sealed class LogoutOptions
{
    /// <summary>What people read where nothing was chosen.</summary>
    public const string Default = "those without offline_access";

    private readonly Option<string[]> postLogoutRedirectUris = new("--post-logout-redirect-uri")
    {
        Description = "Where people may return to after signing out, compared exactly; repeat it for several, \"\" for none.",
        HelpName = "uri",
    };
    private readonly Option<string?> backchannel = new("--backchannel-logout-uri")
    {
        Description = "Is posted a logout token, always with sid, when people sign out; \"\" for none.",
        HelpName = "uri",
    };
    private readonly Option<string?> frontchannel = new("--frontchannel-logout-uri")
    {
        Description = "Is loaded in a frame, always with iss and sid, when people sign out; \"\" for none.",
        HelpName = "uri",
    };
    private readonly Option<string?> ends = new("--sign-out-ends")
    {
        Description = $"Which refresh and access tokens end when people sign out; '{RegistrationOptions.Unset}': {Default}.",
    };

    public LogoutOptions(Command command)
    {
        ends.AcceptOnlyFromAmong("all", "none", RegistrationOptions.Unset);
        Option[] all = [postLogoutRedirectUris, backchannel, frontchannel, ends];
        foreach (var option in all)
            command.Add(option);
    }

    /// <summary>The registration with what was given.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="logout">As it is.</param>
    /// <param name="problems">Receives what does not even parse.</param>
    public ClientLogout Apply(ParseResult parsed, ClientLogout logout, List<string> problems) =>
        logout with
        {
            PostLogoutRedirectUris = Registered(parsed.GetValue(postLogoutRedirectUris), problems) ?? logout.PostLogoutRedirectUris,
            BackchannelLogoutUri = TextOr(parsed.GetValue(backchannel), logout.BackchannelLogoutUri),
            FrontchannelLogoutUri = TextOr(parsed.GetValue(frontchannel), logout.FrontchannelLogoutUri),
            EndsGrants = parsed.GetValue(ends) switch { "all" => true, "none" => false, null => logout.EndsGrants, _ => null },
        };

    private static string? TextOr(string? given, string? current) => given is null ? current : given.Length == 0 ? null : given;

    private static List<RedirectUri>? Registered(string[]? uris, List<string> problems)
    {
        if (uris is not { Length: > 0 })
            return null;
        var registered = new List<RedirectUri>();
        foreach (var text in uris.Where(text => text.Length > 0).Distinct())
        {
            if (RedirectUri.Register(text).Succeeds(out var uri, out var refusal))
                registered.Add(uri);
            else
                problems.Add($"{text}: {refusal.Reason}");
        }
        return registered;
    }
}

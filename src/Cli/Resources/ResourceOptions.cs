using System.CommandLine;
using Postern.Protocol;

namespace Postern.Cli;

/// <summary>The options that say what a resource is. What is not given stays as it is.</summary>
internal sealed class ResourceOptions
{
    private readonly Option<string?> name = new("--name") { Description = "What people read on the consent page.", HelpName = "text" };
    private readonly Option<string[]> scopes = new("--scope")
    {
        Description = "A scope value and, behind =, what it allows, in words that people read; repeat it for several.",
        HelpName = "value=words",
    };
    private readonly Option<string?> accessToken = RegistrationOptions.Lifetime("--access-token-lifetime");
    private readonly Option<string?> algorithm = new("--alg")
    {
        Description = $"JWS algorithm of access tokens for it; '{RegistrationOptions.Unset}' for the client's.",
    };

    public ResourceOptions(Command command)
    {
        algorithm.AcceptOnlyFromAmong([.. SigningAlgorithms.All, RegistrationOptions.Unset]);
        foreach (var option in new Option[] { name, scopes, accessToken, algorithm })
            command.Add(option);
    }

    /// <summary>The resource with what was given.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="resource">As it is.</param>
    /// <param name="problems">Receives why it may not be stored.</param>
    public Resource Apply(ParseResult parsed, Resource resource, List<string> problems)
    {
        var next = resource with
        {
            Name = parsed.GetValue(name) ?? resource.Name,
            Scopes = parsed.GetValue(scopes) is { Length: > 0 } given ? Read(given, problems) : resource.Scopes,
            AccessTokenLifetime = RegistrationOptions.LifetimeOr(parsed, accessToken, resource.AccessTokenLifetime, problems),
            SigningAlgorithm = parsed.GetValue(algorithm) switch
            {
                null => resource.SigningAlgorithm,
                RegistrationOptions.Unset => null,
                var chosen => chosen,
            },
        };
        if (problems.Count == 0)
            problems.AddRange(Resource.Problems(next));
        return next;
    }

    private static Dictionary<string, string> Read(string[] given, List<string> problems)
    {
        var scopes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in given)
        {
            if (text.Split('=', 2) is not [var value, var words])
                problems.Add($"{text}: say what it allows, in words that people read: --scope \"orders:read=Read your orders\".");
            else if (!scopes.TryAdd(value.Trim(), words.Trim()))
                problems.Add($"{value.Trim()}: give each scope value once.");
        }
        return scopes;
    }
}

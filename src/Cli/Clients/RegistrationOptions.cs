using System.CommandLine;
using System.Text.RegularExpressions;
using Postern.Protocol;

namespace Postern.Cli;

/// <summary>The options that say what a client is. What is not given stays as it is.</summary>
internal sealed partial class RegistrationOptions
{
    public const string Unset = "default";

    // Never stored: where it is needed, something has been refused.
    private static readonly RedirectUri StandIn = ClientProfile.Loopback("http://127.0.0.1/");

    private readonly Option<string?> name = new("--name") { Description = "What people read on the consent page.", HelpName = "text" };
    private readonly Option<string[]> redirectUris = new("--redirect-uri")
    {
        Description = "Where people return to, compared exactly; repeat it for several.",
        HelpName = "uri",
    };
    private readonly Option<string[]> grantTypes = new("--grant-type")
    {
        Description = $"{string.Join(", ", GrantTypes.All)}; repeat it for several.",
    };
    private readonly Option<string?> scope = new("--scope") { Description = "Everything the client may ask for, in one text.", HelpName = "values" };
    private readonly Option<string?> audience = new("--audience") { Description = "aud of its access tokens; \"\" for the server's default." };
    private readonly Option<string?> resourceServer = new("--resource-server")
    {
        Description = "The audience that the client serves and may introspect; \"\" for none.",
        HelpName = "audience",
    };
    private readonly Option<string[]> authMethods = new("--auth-method")
    {
        Description = "How it may prove itself, if not by its secret both ways; repeat it for several.",
    };
    private readonly Option<string?> algorithm = new("--alg") { Description = "JWS algorithm of its tokens." };
    private readonly Option<bool?> noConsent = new("--no-consent") { Description = "Your own app: people are not asked. 'false' to ask again." };
    private readonly Option<bool?> noPkce = new("--no-pkce")
    {
        Description = "Only for a client with a secret that cannot do PKCE. 'false' to require it again.",
    };
    private readonly Option<string?> rotate = new("--rotate-refresh-tokens") { Description = "Whether each use of a refresh token replaces it." };
    private readonly Option<string?> leanIdToken = new("--lean-id-token") { Description = "Whether the person's claims come from userinfo alone." };
    private readonly Option<string?> code = Lifetime("--code-lifetime");
    private readonly Option<string?> accessToken = Lifetime("--access-token-lifetime");
    private readonly Option<string?> refreshToken = Lifetime("--refresh-token-lifetime");
    private readonly Option<string?> refreshTokenMax = Lifetime("--refresh-token-max-lifetime");

    public RegistrationOptions(Command command)
    {
        authMethods.AcceptOnlyFromAmong([.. ClientAuthenticationMethods.All]);
        algorithm.AcceptOnlyFromAmong([.. SigningAlgorithms.All]);
        rotate.AcceptOnlyFromAmong("on", "off", Unset);
        leanIdToken.AcceptOnlyFromAmong("on", "off", Unset);
        Option[] all =
        [
            name, redirectUris, grantTypes, scope, audience, resourceServer, authMethods, algorithm, noConsent, noPkce, rotate, leanIdToken,
            code, accessToken, refreshToken, refreshTokenMax,
        ];
        foreach (var option in all)
            command.Add(option);
    }

    public bool HasRedirectUris(ParseResult parsed) => parsed.GetValue(redirectUris) is { Length: > 0 };

    public bool IsResourceServer(ParseResult parsed) => parsed.GetValue(resourceServer) is { Length: > 0 };

    /// <summary>The client with what was given.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="client">As it is.</param>
    /// <param name="problems">Receives what does not even parse.</param>
    public Client Apply(ParseResult parsed, Client client, List<string> problems) =>
        client with
        {
            ClientName = parsed.GetValue(name) ?? client.ClientName,
            RedirectUris = parsed.GetValue(redirectUris) is { Length: > 0 } uris ? Registered(uris, problems) : client.RedirectUris,
            GrantTypes = GrantTypesOf(parsed.GetValue(grantTypes), client.GrantTypes, problems),
            Scope = ScopeOf(parsed.GetValue(scope), client.Scope, problems),
            Audience = TextOr(parsed.GetValue(audience), client.Audience),
            ProtectedResource = TextOr(parsed.GetValue(resourceServer), client.ProtectedResource),
            TokenEndpointAuthMethods = ListOr(parsed.GetValue(authMethods), client.TokenEndpointAuthMethods),
            SigningAlgorithm = parsed.GetValue(algorithm) ?? client.SigningAlgorithm,
            RequireConsent = !parsed.GetValue(noConsent) ?? client.RequireConsent,
            RequirePkce = !parsed.GetValue(noPkce) ?? client.RequirePkce,
            RotateRefreshTokens = SwitchOr(parsed.GetValue(rotate), client.RotateRefreshTokens),
            LeanIdToken = SwitchOr(parsed.GetValue(leanIdToken), client.LeanIdToken),
            CodeLifetime = LifetimeOr(parsed, code, client.CodeLifetime, problems),
            AccessTokenLifetime = LifetimeOr(parsed, accessToken, client.AccessTokenLifetime, problems),
            RefreshTokenLifetime = LifetimeOr(parsed, refreshToken, client.RefreshTokenLifetime, problems),
            RefreshTokenMaxLifetime = LifetimeOr(parsed, refreshTokenMax, client.RefreshTokenMaxLifetime, problems),
        };

    public static Option<string?> Lifetime(string name) =>
        new(name) { Description = $"{Duration.Examples}; '{Unset}' for the server's.", HelpName = "duration" };

    private static bool? SwitchOr(string? given, bool? current) =>
        given switch { "on" => true, "off" => false, Unset => null, _ => current };

    private static IReadOnlyList<string> ListOr(string[]? given, IReadOnlyList<string> current) =>
        given is { Length: > 0 } ? [.. given.Distinct()] : current;

    private static string? TextOr(string? given, string? current) => given is null ? current : given.Length == 0 ? null : given;

    private static RedirectUri[] Registered(string[] uris, List<string> problems)
    {
        var registered = new List<RedirectUri>();
        foreach (var text in uris.Distinct())
        {
            if (SeveralUris().IsMatch(text))
                problems.Add($"{text}: give each redirect URI by itself: --redirect-uri <one> --redirect-uri <another>.");
            else if (RedirectUri.Register(text).Succeeds(out var uri, out var refusal))
                registered.Add(uri);
            else
                problems.Add($"{text}: {refusal.Reason}");
        }
        // With none left, the other checks would complain of that too.
        return registered.Count > 0 ? [.. registered] : [StandIn];
    }

    private static Scope ScopeOf(string? given, Scope current, List<string> problems)
    {
        if (given is null)
            return current;
        if (Scope.TryParse(given) is { HasJoinedValues: false } parsed)
            return parsed;
        problems.Add($"The scope must be at most {Scope.MaxCount} values separated by spaces: --scope \"openid profile\" (RFC 6749 §3.3).");
        return current;
    }

    private static IReadOnlyList<string> GrantTypesOf(string[]? given, IReadOnlyList<string> current, List<string> problems)
    {
        if (given?.FirstOrDefault(type => type.AsSpan().ContainsAny(',', ';', ' ')) is not { } several)
            return ListOr(given, current);
        problems.Add($"{several}: give each grant type by itself: --grant-type <one> --grant-type <another>.");
        return current;
    }

    public static TimeSpan? LifetimeOr(ParseResult parsed, Option<string?> option, TimeSpan? current, List<string> problems)
    {
        var given = parsed.GetValue(option);
        if (given is null or Unset)
            return given is null ? current : null;
        if (Duration.TryParse(given) is { } duration)
            return duration;
        problems.Add($"{option.Name} must be a duration such as {Duration.Examples}.");
        return current;
    }

    // One URI may have a comma, but no second scheme behind it.
    [GeneratedRegex("[,;|\\s][A-Za-z][A-Za-z0-9+.-]*:/")]
    private static partial Regex SeveralUris();
}

namespace Postern.Protocol;

/// <summary>
/// All settings, read once at start from environment variables (which is what a function app's settings are). The
/// README's table is this list; a problem with any of them is reported together with all others and nothing starts.
/// </summary>
public sealed record ServerOptions
{
    /// <summary>The issuer identifier, https and without a slash at its end (RFC 8414 §2); http only on localhost.</summary>
    public required string Issuer { get; init; }

    /// <summary>Where the tables are: an endpoint URL used with the app's identity, a connection string, or UseDevelopmentStorage=true.</summary>
    public required string Storage { get; init; }

    /// <summary>The name people read on the pages.</summary>
    public string Name { get; init; } = "Postern";

    public Lifetimes Lifetimes { get; init; } = new();

    /// <summary>How long people stay signed in in their browser.</summary>
    public TimeSpan SessionLifetime { get; init; } = TimeSpan.FromDays(14);

    /// <summary>How long a registered client is remembered before its row is read again; a change to it takes effect after that.</summary>
    public TimeSpan ClientCache { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The <c>aud</c> of access tokens for clients without an audience of their own (RFC 9068 §3); the issuer when not set.</summary>
    public string? DefaultAudience { get; init; }

    /// <summary>See <see cref="Client.LeanIdToken"/>, for clients that do not say.</summary>
    public bool LeanIdToken { get; init; }

    /// <summary>Whether the client's ID tokens are lean.</summary>
    public bool LeanIdTokenFor(Client client) => client.LeanIdToken ?? LeanIdToken;

    /// <summary>Scope values to announce besides OpenID Connect's.</summary>
    public Scope Scopes { get; init; } = Scope.Empty;

    /// <summary>
    /// The request header that carries the address of the person's browser. Set it only where a front end overwrites
    /// that header, or anybody can choose the address under which their attempts are counted. Null behind the
    /// Functions host: attempts are not counted by address.
    /// </summary>
    public string? ClientAddressHeader { get; init; }

    public KeyOptions Keys { get; init; } = new();

    /// <summary>Who the server is towards Azure.</summary>
    public AzureIdentity Identity { get; init; } = AzureIdentity.ManagedIdentity;

    /// <summary>The client id of a user-assigned managed identity; null for the system-assigned one.</summary>
    public string? IdentityClientId { get; init; }

    /// <summary>Where a server that runs alone listens.</summary>
    public string Listen { get; init; } = "http://127.0.0.1:7071";

    /// <summary>The path part of the issuer, without a slash at its end.</summary>
    public string BasePath => new Uri(Issuer).AbsolutePath.TrimEnd('/');

    /// <summary>Whether cookies can be held to https (RFC 6265bis §4.1.3.2); http is for localhost alone.</summary>
    public bool IsHttps => Issuer.StartsWith("https:", StringComparison.Ordinal);

    public string Audience => DefaultAudience ?? Issuer;

    /// <summary>The <c>aud</c> of the client's access tokens where it names no resource.</summary>
    public string AudienceFor(Client client) => client.Audience ?? Audience;

    /// <summary>The names of all settings, found by reading them, so that there is no second list.</summary>
    public static IReadOnlyList<string> Names()
    {
        var names = new List<string>();
        try
        {
            Read(name =>
            {
                names.Add(name);
                return null;
            });
        }
        catch (InvalidSettingsException)
        {
            // Nothing is set here, which is not the question.
        }
        return names;
    }

    /// <summary>Reads and checks all settings.</summary>
    /// <param name="read">Looks up one variable; null when it is not set.</param>
    /// <param name="problemWithIdentity">Why there is no such identity here, as the rest of a sentence; null when nobody asks for it here.</param>
    /// <param name="isBehindFunctionsHost">Whether requests come by way of a Functions host.</param>
    /// <exception cref="InvalidSettingsException">Lists every problem by the setting's name.</exception>
    public static ServerOptions Read(
        Func<string, string?> read,
        Func<AzureIdentity, string?>? problemWithIdentity = null,
        bool isBehindFunctionsHost = false
    )
    {
        var settings = new Settings(read);
        var options = new ServerOptions
        {
            Issuer = settings.Required("POSTERN_ISSUER", "https://login.example.com", ProblemWithIssuer),
            Storage = settings.Required("POSTERN_STORAGE", "https://<account>.table.core.windows.net", SettingRules.Storage),
            Name = settings.Text("POSTERN_NAME", "Postern", SettingRules.Name),
            Lifetimes = ReadLifetimes(settings, new Lifetimes()),
            SessionLifetime = settings.Duration("POSTERN_SESSION_LIFETIME", TimeSpan.FromDays(14), TimeSpan.FromDays(90)),
            ClientCache = settings.Duration("POSTERN_CLIENT_CACHE", TimeSpan.FromSeconds(60), TimeSpan.FromHours(1), allowZero: true),
            DefaultAudience = settings.Text("POSTERN_DEFAULT_AUDIENCE"),
            LeanIdToken = settings.Choice("POSTERN_LEAN_ID_TOKEN", ("off", false), ("on", true)),
            Scopes = settings.Scope("POSTERN_SCOPES"),
            ClientAddressHeader = settings.Text("POSTERN_CLIENT_ADDRESS_HEADER", null, SettingRules.Header),
            Keys = KeyOptions.Read(settings),
            Identity = settings.Choice(
                "POSTERN_IDENTITY",
                ("managed", AzureIdentity.ManagedIdentity),
                ("virtual-machine", AzureIdentity.VirtualMachine),
                ("developer", AzureIdentity.DeveloperLogin)
            ),
            IdentityClientId = settings.Text("POSTERN_IDENTITY_CLIENT_ID"),
            Listen = settings.Text("POSTERN_LISTEN", "http://127.0.0.1:7071", SettingRules.Listen),
        };
        if (options.Lifetimes.RefreshToken > options.Lifetimes.RefreshTokenMax)
            settings.Problem("POSTERN_REFRESH_TOKEN_LIFETIME", "must not exceed POSTERN_REFRESH_TOKEN_MAX_LIFETIME");
        if (isBehindFunctionsHost && options.ClientAddressHeader?.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase) == true)
            settings.Problem(
                "POSTERN_CLIENT_ADDRESS_HEADER",
                "must not be one that the Functions host replaces, or all people would have one address; choose one such as X-Azure-ClientIP"
            );
        if (!settings.HasProblem("POSTERN_IDENTITY") && problemWithIdentity?.Invoke(options.Identity) is { } noIdentity)
            settings.Problem("POSTERN_IDENTITY", noIdentity);
        if (Nfc.Problem is { } notNormalized)
            settings.Problem(Nfc.Off, notNormalized);
        foreach (var problem in options.Keys.Schedule(options.Lifetimes).Problems())
            settings.Problem("POSTERN_KEY_LEAD", $"does not go with POSTERN_KEY_ROTATION: {problem.TrimEnd('.')}");
        settings.ThrowIfAnyProblem();
        return options;
    }

    private static Lifetimes ReadLifetimes(Settings settings, Lifetimes standard) =>
        new()
        {
            Code = settings.Duration("POSTERN_CODE_LIFETIME", standard.Code, Lifetimes.MaxCode),
            AccessToken = settings.Duration("POSTERN_ACCESS_TOKEN_LIFETIME", standard.AccessToken, Lifetimes.MaxAccessToken),
            IdToken = settings.Duration("POSTERN_ID_TOKEN_LIFETIME", standard.IdToken, Lifetimes.MaxAccessToken),
            RefreshToken = settings.Duration("POSTERN_REFRESH_TOKEN_LIFETIME", standard.RefreshToken, Lifetimes.MaxRefreshToken),
            RefreshTokenMax = settings.Duration("POSTERN_REFRESH_TOKEN_MAX_LIFETIME", standard.RefreshTokenMax, Lifetimes.MaxRefreshToken),
            RefreshGrace = settings.Duration("POSTERN_REFRESH_GRACE", standard.RefreshGrace, Lifetimes.MaxRefreshGrace, allowZero: true),
        };

    /// <summary>What is wrong with an issuer identifier, as the rest of a sentence; null when nothing is.</summary>
    public static string? ProblemWithIssuer(string value)
    {
        if (!Uri.TryCreate(value, UriKind.Absolute, out var uri))
            return "is not an absolute URL";
        if (uri.Scheme != Uri.UriSchemeHttps && !(uri.Scheme == Uri.UriSchemeHttp && uri.Host is "localhost" or "127.0.0.1"))
            return "must be https (http only on localhost)";
        if (value.EndsWith('/') || uri.Query.Length > 0 || uri.Fragment.Length > 0 || uri.UserInfo.Length > 0)
            return "must have no slash at its end, no query, no fragment and no user information (RFC 8414 §2)";
        if (uri.AbsolutePath.AsSpan().ContainsAny("{}*") || uri.AbsolutePath.Contains("//", StringComparison.Ordinal))
            return "must have a path of plain segments";
        return uri.GetLeftPart(UriPartial.Path).TrimEnd('/') == value ? null : $"must be spelled {uri.GetLeftPart(UriPartial.Path).TrimEnd('/')}";
    }
}

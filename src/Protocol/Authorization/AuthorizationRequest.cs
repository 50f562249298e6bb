using System.Globalization;

namespace Postern.Protocol;

/// <summary>An authorization request that has passed every check which needs neither the person nor a key.</summary>
public sealed record AuthorizationRequest
{
    /// <summary>Longest <c>state</c> or <c>nonce</c>, in characters.</summary>
    public const int MaxOpaqueLength = 4096;

    /// <summary>
    /// Longest request, encoded, that is kept while the person signs in. It has room for all that is understood here; anybody can
    /// have one kept.
    /// </summary>
    public const int MaxKeptLength = 12 * 1024;

    /// <summary>Longest <see cref="Disclosure"/>, in characters: it is kept, and people are to read it.</summary>
    public const int MaxDisclosure = 12_000;

    private AuthorizationRequest() { }

    public required Client Client { get; init; }

    public required VerifiedRedirect Redirect { get; init; }

    /// <summary>Whether <c>redirect_uri</c> was in the request, for then it is due at the token endpoint too (RFC 6749 §4.1.3).</summary>
    public required bool RedirectUriWasSent { get; init; }

    /// <summary>What was asked for and may be given.</summary>
    public required Scope Scope { get; init; }

    /// <summary>What was asked for and is not registered for the client.</summary>
    public required Scope LeftOut { get; init; }

    /// <summary>What was asked for, is registered for the client, and is of none of the resources that were asked for.</summary>
    public required Scope OfNoResource { get; init; }

    /// <summary>What its access tokens can be for (RFC 8707 §2.1).</summary>
    public required RequestedResources Resources { get; init; }

    public required string? CodeChallenge { get; init; }

    public required string? Nonce { get; init; }

    public required Prompt Prompt { get; init; }

    public required TimeSpan? MaxAge { get; init; }

    /// <summary>
    /// The authentication contexts of which one is wanted (OpenID Connect Core §3.1.2.1, §5.5.1.1); empty where any will do, or where
    /// this server has none of them and that is no reason to refuse.
    /// </summary>
    public required IReadOnlyList<string> AcrValues { get; init; }

    public required string? LoginHint { get; init; }

    public required string? IdTokenHint { get; init; }

    public required ClaimsRequest Claims { get; init; }

    /// <summary>What is left of the parameter, to be kept with the grant, for it decides later what userinfo releases.</summary>
    public string? ClaimsParameter => Claims.ToParameter();

    /// <summary>For the log: that something was left out and how the client gets it; null where it has all that it asked for.</summary>
    public string? Shortfall =>
        !LeftOut.IsEmpty ? Advice.Scope(Client, LeftOut)
        : OfNoResource.IsEmpty ? null : Advice.ScopeOfNoResource(Client, OfNoResource);

    /// <summary>
    /// What the person consents to: the scope, the scopes of claims that are asked for by name, and that it lasts while they
    /// are away, which it does for every client that gets refresh tokens (OpenID Connect Core §11).
    /// </summary>
    public Scope Disclosure =>
        Resources.Disclosed(Scope.Union(Claims.ImpliedScope).Union(Client.MayUse(GrantTypes.RefreshToken) ? Scope.Offline : Scope.Empty));

    /// <summary>Has the hint, which is a token, so it says only whose request it is.</summary>
    public override string ToString() => $"{nameof(AuthorizationRequest)} of {Client.ClientId}";

    /// <summary>Checks in the order of RFC 6749 §4.1.1, RFC 8707 §2.1, RFC 7636 §4.3 and OpenID Connect Core §3.1.2.1.</summary>
    /// <param name="parameters">The request.</param>
    /// <param name="client">Who asks.</param>
    /// <param name="redirect">Where the answer goes.</param>
    /// <param name="known">Those of the resources it names that there are.</param>
    public static Result<AuthorizationRequest> Parse(
        RequestParameters parameters,
        Client client,
        VerifiedRedirect redirect,
        IReadOnlyList<Resource> known
    )
    {
        if ((RefusesForm(parameters) ?? ResponseTypes.Refuses(parameters, client) ?? RefusesOpaque(parameters)) is { } refusal)
            return refusal;
        if (!RequestedResources.Parse(parameters.All(Parameters.Resource), client, known).Succeeds(out var resources, out var untargeted))
            return untargeted;
        if (!ReadScope(parameters[Parameters.Scope], client, resources).Succeeds(out var scope, out var unscoped))
            return unscoped;
        if (Pkce.RefusesChallenge(parameters, client) is { } unchallenged)
            return unchallenged;
        if (Prompts.TryParse(parameters["prompt"]) is not { } prompt)
            return OAuthError.InvalidRequest("The prompt is unknown, or none together with another.");
        if (!TryMaxAge(parameters["max_age"], out var maxAge))
            return OAuthError.InvalidRequest("max_age must be a number of seconds.");
        if (!ClaimsRequest.Parse(parameters[ClaimsRequest.Parameter]).Succeeds(out var claims, out var malformed))
            return malformed;
        if (claims.EssentialAcr?.Intersect(AuthenticationContexts.All).Any() == false)
            return OAuthError.UnmetAuthenticationRequirements();

        var asked = Scope.TryParse(parameters[Parameters.Scope])!;
        var own = asked.Intersect(client.Scope);
        var request = new AuthorizationRequest
        {
            Client = client,
            Redirect = redirect,
            RedirectUriWasSent = parameters[Parameters.RedirectUri] is not null,
            Scope = scope,
            LeftOut = asked.Except(client.Scope),
            OfNoResource = own.Except(resources.Within(own)),
            Resources = resources,
            CodeChallenge = parameters[Pkce.CodeChallenge],
            Nonce = parameters["nonce"],
            Prompt = prompt,
            MaxAge = maxAge,
            AcrValues = AcrOf(claims, parameters["acr_values"]),
            LoginHint = parameters["login_hint"],
            IdTokenHint = parameters[Parameters.IdTokenHint],
            Claims = claims.Within(client.Scope),
        };
        if (request.Disclosure.ToString().Length > MaxDisclosure)
            return OAuthError.InvalidScope("The request asks for too much at once.");
        return request;
    }

    private static OAuthError? RefusesForm(RequestParameters parameters)
    {
        if (parameters.Refuses() is { } spoilt)
            return spoilt;
        if (parameters.Encode(except: Parameters.IdTokenHint).Length > MaxKeptLength)
            return OAuthError.InvalidRequest("The request is too long.");
        if (parameters["request"] is not null)
            return OAuthError.RequestNotSupported();
        return parameters["request_uri"] is null ? null : OAuthError.RequestUriNotSupported();
    }

    private static OAuthError? RefusesOpaque(RequestParameters parameters) =>
        new[] { Parameters.State, "nonce" }.Any(name => parameters[name]?.Length > MaxOpaqueLength)
            ? OAuthError.InvalidRequest("state or nonce is too long.")
            : null;

    // What is essential goes before what would be nice.
    private static IReadOnlyList<string> AcrOf(ClaimsRequest claims, string? acrValues) =>
        [.. (claims.EssentialAcr ?? [.. claims.Acr, .. (acrValues ?? "").Split(' ')]).Intersect(AuthenticationContexts.All)];

    /// <summary>What a person is to be asked for, of what the client asks for.</summary>
    public static Result<Scope> ReadScope(string? text, Client client, RequestedResources resources)
    {
        if (Scope.TryParse(text) is not { } asked)
            return OAuthError.InvalidScope("The scope is malformed.").Because(Advice.MalformedScope(text));
        var granted = GrantedScope(asked, client, resources);
        if (resources.Without(granted) is { } idle)
            return OAuthError.InvalidScope("The scope has nothing of a resource that is asked for.")
                .Because(Advice.ScopeOfResource(client, idle, asked));
        return granted.IsEmpty
            ? OAuthError.InvalidScope("The scope has nothing that this client may ask for; its values are separated by spaces.")
                .Because(Advice.Scope(client, asked))
            : granted;
    }

    // What is unknown or not this client's is left out (OpenID Connect Core §3.1.2.1); the token response says what was granted.
    private static Scope GrantedScope(Scope requested, Client client, RequestedResources resources)
    {
        var available = resources.Within(client.Scope);
        // RFC 6749 §3.3: whoever asks for nothing is given what is the client's own, and where that is nothing, what it may know of
        // the person. An ID token and lasting access are for those who ask.
        if (requested.IsEmpty)
            return available.Except(Scope.OpenIdConnect) is { IsEmpty: false } own ? own : available.Except(Scope.OnlyAskedFor);
        var granted = requested.Intersect(available);
        // OpenID Connect Core §11: offline_access means nothing to a client that cannot use a refresh token.
        return client.MayUse(GrantTypes.RefreshToken) ? granted : granted.Except(Scope.Offline);
    }

    private static bool TryMaxAge(string? text, out TimeSpan? maxAge)
    {
        var valid = uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds);
        maxAge = valid ? TimeSpan.FromSeconds(seconds) : null;
        return valid || text is null;
    }
}

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

    private const string ResponseType = "response_type";

    private AuthorizationRequest() { }

    public required Client Client { get; init; }

    public required VerifiedRedirect Redirect { get; init; }

    /// <summary>Whether <c>redirect_uri</c> was in the request, for then it is due at the token endpoint too (RFC 6749 §4.1.3).</summary>
    public required bool RedirectUriWasSent { get; init; }

    /// <summary>What was asked for and may be given.</summary>
    public required Scope Scope { get; init; }

    /// <summary>What was asked for and is not registered for the client.</summary>
    public required Scope LeftOut { get; init; }

    public required string? CodeChallenge { get; init; }

    public required string? Nonce { get; init; }

    public required Prompt Prompt { get; init; }

    public required TimeSpan? MaxAge { get; init; }

    public required string? LoginHint { get; init; }

    public required string? IdTokenHint { get; init; }

    public required ClaimsRequest Claims { get; init; }

    /// <summary>What is left of the parameter, to be kept with the grant, for it decides later what userinfo releases.</summary>
    public string? ClaimsParameter => Claims.ToParameter();

    /// <summary>For the log: that something was left out and how the client gets it; null where it has all that it asked for.</summary>
    public string? Shortfall => LeftOut.IsEmpty ? null : Advice.Scope(Client, LeftOut);

    /// <summary>
    /// What the person consents to: the scope, the scopes of claims that are asked for by name, and that it lasts while they
    /// are away, which it does for every client that gets refresh tokens (OpenID Connect Core §11).
    /// </summary>
    public Scope Disclosure => Scope.Union(Claims.ImpliedScope).Union(Client.MayUse(GrantTypes.RefreshToken) ? Scope.Offline : Scope.Empty);

    /// <summary>Has the hint, which is a token, so it says only whose request it is.</summary>
    public override string ToString() => $"{nameof(AuthorizationRequest)} of {Client.ClientId}";

    /// <summary>Checks in the order of RFC 6749 §4.1.1, RFC 7636 §4.3 and OpenID Connect Core §3.1.2.1.</summary>
    public static Result<AuthorizationRequest> Parse(RequestParameters parameters, Client client, VerifiedRedirect redirect)
    {
        if (parameters.Refuses() is { } spoilt)
            return spoilt;
        if (parameters.Encode(except: Parameters.IdTokenHint).Length > MaxKeptLength)
            return OAuthError.InvalidRequest("The request is too long.");
        if (parameters["request"] is not null)
            return OAuthError.RequestNotSupported();
        if (parameters["request_uri"] is not null)
            return OAuthError.RequestUriNotSupported();
        if ((RefusesResponse(parameters, client) ?? RefusesOpaque(parameters)) is { } refusal)
            return refusal;
        if (!ReadScope(parameters[Parameters.Scope], client).Succeeds(out var scope, out var unscoped))
            return unscoped;
        if (Pkce.RefusesChallenge(parameters, client) is { } unchallenged)
            return unchallenged;
        if (Prompts.TryParse(parameters["prompt"]) is not { } prompt)
            return OAuthError.InvalidRequest("The prompt is unknown, or none together with another.");
        if (!TryMaxAge(parameters["max_age"], out var maxAge))
            return OAuthError.InvalidRequest("max_age must be a number of seconds.");
        if (!ClaimsRequest.Parse(parameters[ClaimsRequest.Parameter]).Succeeds(out var claims, out var malformed))
            return malformed;
        if (claims.RequiresAcr)
            return OAuthError.UnmetAuthenticationRequirements();

        return new AuthorizationRequest
        {
            Client = client,
            Redirect = redirect,
            RedirectUriWasSent = parameters[Parameters.RedirectUri] is not null,
            Scope = scope,
            LeftOut = Scope.TryParse(parameters[Parameters.Scope])!.Except(client.Scope),
            CodeChallenge = parameters[Pkce.CodeChallenge],
            Nonce = parameters["nonce"],
            Prompt = prompt,
            MaxAge = maxAge,
            LoginHint = parameters["login_hint"],
            IdTokenHint = parameters[Parameters.IdTokenHint],
            Claims = claims.Within(client.Scope),
        };
    }

    private static OAuthError? RefusesResponse(RequestParameters parameters, Client client)
    {
        if (ResponseModes.TryParse(parameters[Parameters.ResponseMode]) is null)
            return OAuthError.InvalidRequest($"The response_mode must be one of {string.Join(", ", ResponseModes.All)}.")
                .Because(Advice.Unsupported(client, Parameters.ResponseMode, parameters[Parameters.ResponseMode], ResponseModes.All));
        if (parameters[ResponseType] is not { } type)
            return OAuthError.InvalidRequest("response_type is missing.");
        if (type != Parameters.Code)
            return OAuthError.UnsupportedResponseType().Because(Advice.Unsupported(client, ResponseType, type, [Parameters.Code]));
        return client.MayUse(GrantTypes.AuthorizationCode)
            ? null
            : OAuthError.UnauthorizedClient("The client is not registered for authorization_code.")
                .Because(Advice.GrantType(client, GrantTypes.AuthorizationCode));
    }

    private static OAuthError? RefusesOpaque(RequestParameters parameters) =>
        new[] { Parameters.State, "nonce" }.Any(name => parameters[name]?.Length > MaxOpaqueLength)
            ? OAuthError.InvalidRequest("state or nonce is too long.")
            : null;

    private static Result<Scope> ReadScope(string? text, Client client)
    {
        if (Scope.TryParse(text) is not { } asked)
            return OAuthError.InvalidScope("The scope is malformed.").Because(Advice.MalformedScope(text));
        return GrantedScope(asked, client) is { IsEmpty: false } granted
            ? granted
            : OAuthError.InvalidScope("The scope has nothing that this client may ask for; its values are separated by spaces.")
                .Because(Advice.Scope(client, asked));
    }

    // What is unknown or not this client's is left out (OpenID Connect Core §3.1.2.1); the token response says what was granted.
    private static Scope GrantedScope(Scope requested, Client client)
    {
        // RFC 6749 §3.3: whoever asks for nothing is given what is the client's own, and where that is nothing, what it may know of
        // the person. An ID token and lasting access are for those who ask.
        if (requested.IsEmpty)
            return client.Scope.Except(Scope.OpenIdConnect) is { IsEmpty: false } own ? own : client.Scope.Except(Scope.OnlyAskedFor);
        var granted = requested.Intersect(client.Scope);
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

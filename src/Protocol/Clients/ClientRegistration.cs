namespace Postern.Protocol;

/// <summary>What must hold for a client before it is stored, whoever registers it.</summary>
public static class ClientRegistration
{
    /// <summary>Most redirect URIs of one client.</summary>
    public const int MaxRedirectUris = 50;

    /// <summary>Every problem with the registration, in sentences for the operator; empty when it may be stored.</summary>
    public static IEnumerable<string> Problems(Client client)
    {
        if (!IsClientId(client.ClientId))
            yield return "The client id must have 1 to 100 characters, each a letter, a digit, '-', '_' or '.'.";
        if (client.ClientName.EnumerateRunes().Count() > 100 || !VisibleText.IsGood(client.ClientName))
            yield return $"The client name must have 1 to 100 characters: {VisibleText.Rule}.";
        if (!HasUsableMethods(client.TokenEndpointAuthMethods))
            yield return $"The authentication methods are one or more of {string.Join(", ", ClientAuthenticationMethods.Confidential)}, or none.";
        else if (client.UsesSecret != (client.Secrets.Count > 0))
            yield return "A client that sends a secret has at least one, and any other, such as a public one, has no secret.";
        if (!SigningAlgorithms.All.Contains(client.SigningAlgorithm))
            yield return $"The signing algorithm must be one of {string.Join(", ", SigningAlgorithms.All)}.";
        if (client.Scope.Values.Sum(value => value.Length + 1) > 4000)
            yield return "The scope may have at most 4000 characters.";
        foreach (var problem in client.Keys.Problems(client).Concat(TrustedSubjectProblems(client)))
            yield return problem;
        if (client.NotificationEndpoint is { } endpoint && FetchedUri.ProblemWith(endpoint) is { } unreachable)
            yield return $"The notification endpoint {unreachable}.";
        if (client.NotificationEndpoint is not null && !client.MayUse(GrantTypes.Ciba))
            yield return $"A notification endpoint is for clients with {GrantTypes.Ciba}.";
        foreach (var problem in GrantTypeProblems(client).Concat(PublicClientProblems(client)).Concat(LifetimeProblems(client)))
            yield return problem;
        foreach (var problem in AllowedOrigins.Problems(client).Concat(ClientLogout.Problems(client)).Concat(ExchangePolicy.Problems(client)))
            yield return problem;
    }

    /// <summary>What may be stored and is a risk, in sentences for the operator.</summary>
    public static IEnumerable<string> Warnings(Client client)
    {
        if (!client.RequirePkce)
            yield return "Without PKCE only the app can notice a code that was put into its answer by somebody else, and only where it sends "
                + "a nonce and compares that of the ID token (RFC 9700 §2.1.1). Turn PKCE on as soon as the app can do it.";
        foreach (var uri in client.RedirectUris.Where(uri => uri.HasUnownedScheme))
            yield return $"{uri}: any app on a device can claim this scheme and get the answer. A name that you own, with its dots, "
                + "such as com.example.app:/callback, is safer (RFC 8252 §7.1).";
    }

    private static IEnumerable<string> GrantTypeProblems(Client client)
    {
        // A resource server that only introspects is granted nothing.
        if ((client.GrantTypes.Count == 0 && client.ProtectedResource is null) || client.GrantTypes.Except(GrantTypes.All).Any())
            yield return $"Give one or more grant types of {string.Join(", ", GrantTypes.All)}.";
        if (client.MayUse(GrantTypes.AuthorizationCode) != (client.RedirectUris.Count > 0))
            yield return "A client has redirect URIs exactly when it may use authorization_code.";
        if (client.RedirectUris.Count > MaxRedirectUris)
            yield return $"A client may have at most {MaxRedirectUris} redirect URIs.";
        // A column of the table holds 32 K characters.
        if (client.RedirectUris.Sum(uri => uri.Value.Length + 1) > 30_000)
            yield return "The redirect URIs together may have at most 30000 characters.";
        if (client.MayUse(GrantTypes.RefreshToken) && !GrantTypes.OfPeople.Any(client.MayUse))
            yield return $"refresh_token needs {string.Join(" or ", GrantTypes.OfPeople)}: client_credentials never yields a refresh token "
                + "(RFC 6749 §4.4.3).";
    }

    private static IEnumerable<string> TrustedSubjectProblems(Client client)
    {
        if (client.TrustedSubjects.Count > 0 && !client.MayUse(GrantTypes.JwtBearer) && !client.MayUse(GrantTypes.TokenExchange))
            yield return $"A client that has tokens for assertions needs --grant-type {GrantTypes.JwtBearer} or {GrantTypes.TokenExchange}.";
        if (client.TrustedSubjects.Count > TrustedSubject.MaxCount || client.TrustedSubjects.Sum(subject => subject.ToJson().Length + 1) > 30_000)
            yield return $"A client may have at most {TrustedSubject.MaxCount} trusted subjects, with at most 30000 characters.";
        foreach (var problem in client.TrustedSubjects.SelectMany(subject => subject.Problems()))
            yield return problem;
    }

    private static IEnumerable<string> PublicClientProblems(Client client)
    {
        if (!client.IsPublic)
            yield break;
        if (!client.RequirePkce)
            yield return "Only a confidential client may go without PKCE (RFC 9700 §2.1.1).";
        if (client.MayUse(GrantTypes.ClientCredentials))
            yield return "A public client cannot use client_credentials (RFC 6749 §4.4).";
        if (client.MayUse(GrantTypes.Ciba))
            yield return "A public client cannot ask people on the back channel, where it has to authenticate (CIBA Core §7.1).";
        if (!client.RequireConsent)
            yield return "A public client cannot skip consent, for anybody can pretend to be it (RFC 8252 §8.6).";
        if (client.RotateRefreshTokens == false)
            yield return "A public client's refresh tokens are always rotated (RFC 9700 §2.2.2).";
        if (client.ProtectedResource is not null)
            yield return "A resource server must be a confidential client, for it has to authenticate to introspect (RFC 7662 §2.1).";
    }

    private static IEnumerable<string> LifetimeProblems(Client client)
    {
        if (Outside(client.CodeLifetime, TimeSpan.FromSeconds(5), Lifetimes.MaxCode))
            yield return "The code lifetime must be between 5 seconds and 10 minutes (RFC 6749 §4.1.2).";
        if (Outside(client.AccessTokenLifetime, Lifetimes.MinAccessToken, Lifetimes.MaxAccessToken))
            yield return "The access token lifetime must be between 30 seconds and 1 day.";
        if (Outside(client.RefreshTokenLifetime, TimeSpan.FromMinutes(1), Lifetimes.MaxRefreshToken))
            yield return "The refresh token lifetime must be between 1 minute and 400 days.";
        if (Outside(client.RefreshTokenMaxLifetime, TimeSpan.FromMinutes(1), Lifetimes.MaxRefreshToken))
            yield return "The refresh token maximum lifetime must be between 1 minute and 400 days.";
        if (client.RefreshTokenLifetime > client.RefreshTokenMaxLifetime)
            yield return "The refresh token lifetime must not exceed its maximum lifetime.";
    }

    // A secret beside "none" would be one that need not be known.
    private static bool HasUsableMethods(IReadOnlyList<string> methods) =>
        methods is [ClientAuthenticationMethods.None] || (methods.Count > 0 && !methods.Except(ClientAuthenticationMethods.Confidential).Any());

    private static bool Outside(TimeSpan? value, TimeSpan min, TimeSpan max) => value < min || value > max;

    private static bool IsClientId(string id) =>
        id.Length is > 0 and <= 100 && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}

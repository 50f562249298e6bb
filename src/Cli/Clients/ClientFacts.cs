using Postern.Protocol;

namespace Postern.Cli;

/// <summary>What is shown of a client, by the names of RFC 7591 §2 where it has one. Never a hash.</summary>
internal static class ClientFacts
{
    public static IReadOnlyList<Fact> Of(Client client) =>
        [
            new("client_id", client.ClientId),
            new("client_name", client.ClientName),
            new("token_endpoint_auth_methods", client.TokenEndpointAuthMethods),
            new("grant_types", client.GrantTypes),
            new("redirect_uris", client.RedirectUris.Select(uri => uri.Value).ToArray()),
            new("scope", client.Scope.ToString()),
            new("audience", client.Audience, RegistrationOptions.Unset),
            new("protected_resource", client.ProtectedResource),
            new("allowed_origins", client.AllowedOrigins.Values),
            new("signing_algorithm", client.SigningAlgorithm),
            new("require_pkce", client.RequirePkce),
            new("require_consent", client.RequireConsent),
            new("rotates_refresh_tokens", client.RotatesRefreshTokens),
            new("lean_id_token", client.LeanIdToken, RegistrationOptions.Unset),
            .. Exchange(client.Exchange),
            new("code_lifetime", client.CodeLifetime, RegistrationOptions.Unset),
            new("access_token_lifetime", client.AccessTokenLifetime, RegistrationOptions.Unset),
            new("refresh_token_lifetime", client.RefreshTokenLifetime, RegistrationOptions.Unset),
            new("refresh_token_max_lifetime", client.RefreshTokenMaxLifetime, RegistrationOptions.Unset),
            new("jwks", client.Keys.Own.Jwks?.KeyNames() ?? []),
            new("jwks_uri", client.Keys.Own.JwksUri),
            new("federated_credentials", client.Keys.Federated.Select(credential => credential.ToString()).ToArray()),
            new("trusted_subjects", client.TrustedSubjects.Select(subject => subject.ToString()).ToArray()),
            new("backchannel_client_notification_endpoint", client.NotificationEndpoint),
            new("post_logout_redirect_uris", client.Logout.PostLogoutRedirectUris.Select(uri => uri.Value).ToArray()),
            new("backchannel_logout_uri", client.Logout.BackchannelLogoutUri),
            new("frontchannel_logout_uri", client.Logout.FrontchannelLogoutUri),
            new("sign_out_ends_grants", client.Logout.EndsGrants, LogoutOptions.Default),
            new("secrets", client.Secrets.Select(Describe).ToArray()),
            new("created_at", client.CreatedAt),
        ];

    /// <summary>The same with the secret, this once.</summary>
    public static IReadOnlyList<Fact> Of(Client client, string? secret) =>
        secret is null ? Of(client) : [new("client_id", client.ClientId), new("client_secret", secret), .. Of(client).Skip(1)];

    private static IEnumerable<Fact> Exchange(ExchangePolicy? policy) =>
        policy is null
            ? []
            :
            [
                new("exchange_from", policy.From),
                new("exchange_to", policy.To.Select(target => target.ToString()).ToArray()),
                new("exchange_impersonation", policy.MayImpersonate),
                new("on_behalf_of", policy.OnBehalfOf.Select(target => target.ToString()).ToArray()),
            ];

    private static string Describe(ClientSecret secret) => secret.ExpiresAt is { } end ? $"until {Fact.Instant(end)}" : "does not expire";
}

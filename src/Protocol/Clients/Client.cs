namespace Postern.Protocol;

/// <summary>SHA-256 of a client secret, and until when it is good. Two at once let a secret be replaced without an outage.</summary>
/// <param name="Hash">32 bytes.</param>
/// <param name="ExpiresAt">Null: does not expire.</param>
public sealed record ClientSecret(byte[] Hash, DateTimeOffset? ExpiresAt);

/// <summary>A registered client. Property names follow RFC 7591 §2 where it has one.</summary>
public sealed record Client
{
    /// <summary>Letters, digits, hyphen, underscore and dot: never needs encoding in Basic credentials, URLs or keys.</summary>
    public required string ClientId { get; init; }

    /// <summary>What people read on the consent page.</summary>
    public required string ClientName { get; init; }

    /// <summary>
    /// How the client may authenticate, by one of them in each request (RFC 6749 §2.3): <c>none</c> alone for a public
    /// client, else what its libraries do. RFC 7591 §2 has the name in the singular, for one method.
    /// </summary>
    public required IReadOnlyList<string> TokenEndpointAuthMethods { get; init; }

    /// <summary>Empty for clients that have none.</summary>
    public IReadOnlyList<ClientSecret> Secrets { get; init; } = [];

    /// <summary>What it proves itself with where it uses <c>private_key_jwt</c>.</summary>
    public ClientKeys Keys { get; init; } = ClientKeys.None;

    /// <summary>For whose assertions it may have tokens (RFC 7523 §2.1); nobody's unless they are here.</summary>
    public IReadOnlyList<TrustedSubject> TrustedSubjects { get; init; } = [];

    public IReadOnlyList<RedirectUri> RedirectUris { get; init; } = [];

    public IReadOnlyList<string> GrantTypes { get; init; } = [];

    /// <summary>Everything the client may ask for.</summary>
    public Scope Scope { get; init; } = Scope.Empty;

    /// <summary>The <c>aud</c> of its access tokens; null: the server's default (RFC 9068 §3).</summary>
    public string? Audience { get; init; }

    /// <summary>The audience that this client serves as a resource server and may therefore introspect (RFC 7662 §4).</summary>
    public string? ProtectedResource { get; init; }

    public AllowedOrigins AllowedOrigins { get; init; } = AllowedOrigins.Any;

    /// <summary>What it may have in exchange for whose tokens; null: nothing (RFC 8693, on-behalf-of).</summary>
    public ExchangePolicy? Exchange { get; init; }

    /// <summary>JWS <c>alg</c> of its ID and access tokens.</summary>
    public string SigningAlgorithm { get; init; } = SigningAlgorithms.RS256;

    /// <summary>May be false only for a confidential client, as the Basic OP profile needs (RFC 9700 §2.1.1).</summary>
    public bool RequirePkce { get; init; } = true;

    /// <summary>False for the operator's own apps: people are not asked. Never false for public clients (RFC 8252 §8.6).</summary>
    public bool RequireConsent { get; init; } = true;

    /// <summary>Null: rotated for public clients, kept for confidential ones (RFC 9700 §2.2.2).</summary>
    public bool? RotateRefreshTokens { get; init; }

    /// <summary>Its ID tokens have only those of the person's claims that it asks for by name; null: the server's default.</summary>
    public bool? LeanIdToken { get; init; }

    /// <summary>Null: the server's default.</summary>
    public TimeSpan? CodeLifetime { get; init; }

    /// <summary>Null: the server's default.</summary>
    public TimeSpan? AccessTokenLifetime { get; init; }

    /// <summary>Sliding; null: the server's default.</summary>
    public TimeSpan? RefreshTokenLifetime { get; init; }

    /// <summary>Absolute, from the authorization on; null: the server's default.</summary>
    public TimeSpan? RefreshTokenMaxLifetime { get; init; }

    /// <summary>
    /// Where it is told that its person has answered, in the mode ping (<c>backchannel_client_notification_endpoint</c>, CIBA Core §4);
    /// null: it polls.
    /// </summary>
    public string? NotificationEndpoint { get; init; }

    /// <summary>What it is told, and what ends, when people sign out.</summary>
    public ClientLogout Logout { get; init; } = ClientLogout.None;

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Random, base64url: nothing that was granted to another registration of the same id is this client's.</summary>
    public required string Registration { get; init; }

    /// <summary>A client without credentials (RFC 6749 §2.1).</summary>
    public bool IsPublic => Uses(ClientAuthenticationMethods.None);

    /// <summary>Whether it proves itself with a secret, if not by that alone.</summary>
    public bool UsesSecret => ClientAuthenticationMethods.WithSecret.Any(Uses);

    public bool Uses(string method) => TokenEndpointAuthMethods.Contains(method, StringComparer.Ordinal);

    public bool RotatesRefreshTokens => IsPublic || (RotateRefreshTokens ?? false);

    public bool MayUse(string grantType) => GrantTypes.Contains(grantType, StringComparer.Ordinal);
}

using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Postern.Protocol;
using Postern.Signing;
using Postern.Storage;

namespace Postern.Server;

/// <summary>Every endpoint with what it needs. Where it is, and by which name, stands on its own method.</summary>
internal sealed class Endpoints
{
    private readonly Dictionary<Type, object> all;

    public Endpoints(ServerOptions options, Tables tables, ServerKeys keys, Outbound outbound, TimeProvider time, ILogger logger)
    {
        keys.Keys?.Failed = exception => ErrorBoundary.Report("Reading the signing keys", exception, logger);
        var signer = keys.Signer;
        var (grants, users) = (new GrantStore(tables), new UserStore(tables));
        var clients = new ClientStore(tables, time, options.ClientCache);
        var resources = new Resources(new ResourceStore(tables, time, options.ClientCache), options);
        var revoked = new RevokedTokenStore(tables);

        var cookies = new Cookies(options);
        Pages = new InteractionPages(options, resources, cookies, logger);
        var sessions = new Sessions(new SessionStore(tables), users, cookies, options, time);
        var interactions = new Interactions(new InteractionStore(tables), cookies, time);
        var requests = new AuthorizationRequests(clients, resources, signer, options);
        var forms = new InteractionForms(interactions, requests, cookies);
        var throttle = new SignInThrottle(new AttemptStore(tables), users, cookies, options, time);
        var hasher = new PasswordHasher<User>(Options.Create(new PasswordHasherOptions { IterationCount = User.PasswordIterations }));

        var issuers = new TrustedIssuerStore(tables, time, options.ClientCache);
        var assertions = new Assertions(new KeyFinder(outbound, time, logger), issuers, new AssertionStore(tables), options, time);
        var authenticator = new ClientAuthenticator(clients, new ClientAssertions(assertions, options), time);
        var tokenGrants = TokenGrants(grants, users, assertions, options, time, logger);
        var liveTokens = new LiveTokens(signer, clients, grants, users, revoked, options, time);
        var refreshTokens = new RefreshTokens(grants, users, options, time);
        var accessTokens = new AccessTokenRevocation(signer, revoked, grants, options, time);

        object[] endpoints =
        [
            new AuthorizationEndpoint(requests, sessions, interactions, Pages, new CodeIssuer(grants, options, time), time, logger),
            new SignInEndpoint(forms, interactions, sessions, new Passwords(users, time, hasher), throttle, Pages, time),
            new ConsentEndpoint(forms, interactions, sessions, users, cookies, Pages, time),
            new SignOutEndpoint(sessions, cookies, Pages),
            new TokenEndpoint(tokenGrants, authenticator, new TokenTargets(resources), new TokenIssuer(signer, options, time), logger),
            new IntrospectionEndpoint(authenticator, liveTokens, refreshTokens, options, logger),
            new RevocationEndpoint(authenticator, refreshTokens, accessTokens, grants, logger),
            new UserInfoEndpoint(liveTokens, options, logger),
            new JwksEndpoint(signer, keys.JwksLifetime),
            new MetadataEndpoint(Metadata(options, tokenGrants)),
            new HealthEndpoint(tables, signer, time, logger),
            new SweepTimer(new ExpiringTables(tables), options, time, logger),
            new RotateKeysTimer(keys.Keys),
        ];
        all = endpoints.ToDictionary(endpoint => endpoint.GetType());
    }

    public InteractionPages Pages { get; }

    public object this[Type endpoint] => all[endpoint];

    private static IReadOnlyList<IGrant> TokenGrants(
        GrantStore grants,
        UserStore users,
        Assertions assertions,
        ServerOptions options,
        TimeProvider time,
        ILogger logger
    ) =>
        [
            new AuthorizationCodeGrant(grants, users, options, time, logger),
            new RefreshTokenGrant(grants, users, options, time, logger),
            new ClientCredentialsGrant(),
            new JwtBearerGrant(new ForeignAssertions(assertions, time)),
        ];

    private static ServerMetadata Metadata(ServerOptions options, IEnumerable<IGrant> grants) =>
        new(options.Issuer, [.. grants.Select(grant => grant.GrantType)], [.. Scope.OpenIdConnect.Union(options.Scopes).Values]);
}

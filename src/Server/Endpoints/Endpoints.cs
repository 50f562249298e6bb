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
        var (grants, users, revoked) = (new GrantStore(tables), new UserStore(tables), new RevokedTokenStore(tables));
        var clients = new ClientStore(tables, time, options.ClientCache);
        var resources = new Resources(new ResourceStore(tables, time, options.ClientCache), options);
        var cookies = new Cookies(options);
        Pages = new InteractionPages(options, resources, cookies, logger);
        var (sessionRows, participants) = (new SessionStore(tables), new ParticipantStore(tables));
        var standing = new Standing(users, sessionRows);
        var logouts = new LogoutDeliveries(new LogoutDeliveryStore(tables), clients, signer, outbound, options, time, logger);
        var sessions = new Sessions(sessionRows, users, new SessionEnd(sessionRows, participants, clients, logouts, options), cookies, options, time);
        var interactions = new Interactions(new InteractionStore(tables), cookies, time);
        var requests = new AuthorizationRequests(clients, resources, signer, options);
        var forms = new InteractionForms(interactions, requests, cookies);
        var throttle = new SignInThrottle(new AttemptStore(tables), users, cookies, options, time);

        var authenticator = new ClientAuthenticator(clients, time);
        var liveTokens = new LiveTokens(signer, clients, grants, users, standing, revoked, options, time);
        var tokenGrants = TokenGrants(grants, standing, liveTokens, options, time, logger);
        var refreshTokens = new RefreshTokens(grants, standing, options, time);

        object[] endpoints =
        [
            new AuthorizationEndpoint(requests, sessions, interactions, Pages, new CodeIssuer(grants, participants, options, time), time, logger),
            new SignInEndpoint(forms, interactions, sessions, new Passwords(users, time, Hasher()), throttle, Pages, time),
            new ConsentEndpoint(forms, interactions, sessions, users, cookies, Pages, time),
            new SignOutEndpoint(new LogoutRequests(clients, signer, options), sessions, cookies, Pages, new SignOutPages(options)),
            new TokenEndpoint(tokenGrants, authenticator, new TokenTargets(resources), new TokenIssuer(signer, options, time), logger),
            new IntrospectionEndpoint(authenticator, liveTokens, refreshTokens, options, logger),
            new RevocationEndpoint(authenticator, refreshTokens, new(signer, revoked, grants, options, time), grants, logger),
            new UserInfoEndpoint(liveTokens, options, logger),
            new JwksEndpoint(signer, keys.JwksLifetime),
            new MetadataEndpoint(Metadata(options, tokenGrants)),
            new HealthEndpoint(tables, signer, time, logger),
            new SweepTimer(new ExpiringTables(tables), options, time, logger),
            new RotateKeysTimer(keys.Keys),
            new DeliverLogoutsTimer(logouts),
        ];
        all = endpoints.ToDictionary(endpoint => endpoint.GetType());
    }

    public InteractionPages Pages { get; }

    public object this[Type endpoint] => all[endpoint];

    private static IGrant[] TokenGrants(
        GrantStore grants,
        Standing standing,
        LiveTokens liveTokens,
        ServerOptions options,
        TimeProvider time,
        ILogger logger
    ) =>
        [
            new AuthorizationCodeGrant(grants, standing, options, time, logger),
            new RefreshTokenGrant(grants, standing, options, time, logger),
            new ClientCredentialsGrant(),
            new JwtBearerGrant(new OnBehalfOf(liveTokens, options)),
            new TokenExchangeGrant(new PresentedTokens(liveTokens, options)),
        ];

    private static PasswordHasher<User> Hasher() => new(Options.Create(new PasswordHasherOptions { IterationCount = User.PasswordIterations }));

    private static ServerMetadata Metadata(ServerOptions options, IEnumerable<IGrant> grants) =>
        new(options.Issuer, [.. grants.Select(grant => grant.GrantType)], [.. Scope.OpenIdConnect.Union(options.Scopes).Values]);
}

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
        var (signer, grants, users) = (keys.Signer, new GrantStore(tables), new UserStore(tables));
        var (clients, revoked) = (new ClientStore(tables, time, options.ClientCache), new RevokedTokenStore(tables));
        var (codes, authorizations) = (new CodeIssuer(grants, options, time), new PendingAuthorizationStore(tables));
        var resources = new Resources(new ResourceStore(tables, time, options.ClientCache), options);
        var (cookies, attempts) = (new Cookies(options), new AttemptCounters(new AttemptStore(tables), options, time));
        Pages = new InteractionPages(options, resources, cookies, logger);
        var sessions = new Sessions(new SessionStore(tables), users, cookies, options, time);
        var interactions = new Interactions(new InteractionStore(tables), cookies, time);
        var requests = new AuthorizationRequests(clients, resources, signer, options);
        var forms = new InteractionForms(interactions, requests, cookies);
        var throttle = new SignInThrottle(attempts, users, cookies, time);
        var hasher = new PasswordHasher<User>(Options.Create(new PasswordHasherOptions { IterationCount = User.PasswordIterations }));
        var authenticator = new ClientAuthenticator(clients, time);
        var tokenGrants = TokenGrants(grants, users, authorizations, options, time, logger);
        var liveTokens = new LiveTokens(signer, clients, grants, users, revoked, options, time);
        var refreshTokens = new RefreshTokens(grants, users, options, time);
        var (userCodes, answers) = (new UserCodes(authorizations, clients, attempts, time), new Answers(authorizations, codes, users, time));
        var accessTokens = new AccessTokenRevocation(signer, revoked, grants, options, time);
        object[] endpoints =
        [
            new AuthorizationEndpoint(requests, sessions, interactions, Pages, codes, time, logger),
            new SignInEndpoint(forms, interactions, sessions, new Passwords(users, time, hasher), throttle, Pages, time),
            new ConsentEndpoint(forms, interactions, sessions, users, cookies, Pages, time),
            new SignOutEndpoint(sessions, cookies, Pages),
            new DeviceAuthorizationEndpoint(authenticator, authorizations, attempts, options, time, logger),
            new DeviceEndpoint(sessions, interactions, Pages, cookies, userCodes, answers, time),
            new BackchannelAuthenticationEndpoint(authenticator, authorizations, users, signer, options, time, logger),
            new ApprovalsEndpoint(sessions, interactions, Pages, cookies, new Approvals(authorizations, clients, answers, outbound, time), time),
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
        PendingAuthorizationStore authorizations,
        ServerOptions options,
        TimeProvider time,
        ILogger logger
    )
    {
        var redemption = new Redemption(grants, users, options, time, logger);
        var polls = new Polls(authorizations, time);
        return
        [
            new AuthorizationCodeGrant(redemption),
            new RefreshTokenGrant(grants, users, options, time, logger),
            new ClientCredentialsGrant(),
            new DeviceCodeGrant(polls, redemption),
            new CibaGrant(polls, redemption),
        ];
    }

    private static ServerMetadata Metadata(ServerOptions options, IEnumerable<IGrant> grants) =>
        new(options.Issuer, [.. grants.Select(grant => grant.GrantType)], [.. Scope.OpenIdConnect.Union(options.Scopes).Values]);
}

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
        var (signer, grants, users, revoked) = (keys.Signer, new GrantStore(tables), new UserStore(tables), new RevokedTokenStore(tables));
        var (clients, assertions) = (new ClientStore(tables, time, options.ClientCache), new Assertions(outbound, tables, options, time, logger));
        var resources = new Resources(new ResourceStore(tables, time, options.ClientCache), options);
        var (cookies, attempts) = (new Cookies(options), new AttemptCounters(new AttemptStore(tables), options, time));
        Pages = new InteractionPages(options, resources, cookies, logger);
        var (sessionRows, participants) = (new SessionStore(tables), new ParticipantStore(tables));
        var (standing, interactions) = (new Standing(users, sessionRows), new Interactions(new InteractionStore(tables), cookies, time));
        var logouts = new LogoutDeliveries(new LogoutDeliveryStore(tables), clients, signer, outbound, options, time, logger);
        var sessions = new Sessions(sessionRows, users, new SessionEnd(sessionRows, participants, clients, logouts, options), cookies, options, time);
        var requests = new AuthorizationRequests(clients, resources, signer, options);
        var forms = new InteractionForms(interactions, requests, cookies);
        var (codes, authorizations) = (new CodeIssuer(grants, participants, options, time), new PendingAuthorizationStore(tables));
        var (userCodes, answers) = (new UserCodes(authorizations, clients, attempts, time), new Answers(authorizations, codes, users, time));
        var refreshTokens = new RefreshTokens(grants, standing, options, time);
        var authenticator = new ClientAuthenticator(clients, assertions, options, time);
        var liveTokens = new LiveTokens(signer, clients, grants, users, standing, revoked, options, time);
        var tokenGrants = TokenGrants(grants, standing, authorizations, assertions, liveTokens, options, time, logger);
        object[] endpoints =
        [
            new AuthorizationEndpoint(requests, sessions, interactions, Pages, codes, time, logger),
            new SignInEndpoint(forms, interactions, sessions, new Passwords(users, time, Hasher()), new(attempts, users, cookies, time), Pages, time),
            new ConsentEndpoint(forms, interactions, sessions, users, cookies, Pages, time),
            new SignOutEndpoint(new LogoutRequests(clients, signer, options), sessions, cookies, Pages, new SignOutPages(options)),
            new DeviceAuthorizationEndpoint(authenticator, authorizations, attempts, options, time, logger),
            new DeviceEndpoint(sessions, interactions, Pages, cookies, userCodes, answers, time),
            new BackchannelAuthenticationEndpoint(authenticator, authorizations, users, signer, options, time, logger),
            new ApprovalsEndpoint(sessions, interactions, Pages, cookies, new Approvals(authorizations, clients, answers, outbound, time), time),
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
        PendingAuthorizationStore authorizations,
        Assertions assertions,
        LiveTokens liveTokens,
        ServerOptions options,
        TimeProvider time,
        ILogger logger
    )
    {
        var redemption = new Redemption(grants, standing, options, time, logger);
        var polls = new Polls(authorizations, time);
        return
        [
            new AuthorizationCodeGrant(redemption),
            new RefreshTokenGrant(grants, standing, options, time, logger),
            new ClientCredentialsGrant(),
            new DeviceCodeGrant(polls, redemption),
            new CibaGrant(polls, redemption),
            new JwtBearerGrant(new OnBehalfOf(liveTokens, options), new ForeignAssertions(assertions, time)),
            new TokenExchangeGrant(new PresentedTokens(liveTokens, assertions, options), options),
        ];
    }

    private static PasswordHasher<User> Hasher() => new(Options.Create(new PasswordHasherOptions { IterationCount = User.PasswordIterations }));

    private static ServerMetadata Metadata(ServerOptions options, IEnumerable<IGrant> grants) =>
        new(options.Issuer, [.. grants.Select(grant => grant.GrantType)], [.. Scope.OpenIdConnect.Union(options.Scopes).Values]);
}

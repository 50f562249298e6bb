using Postern.Protocol;
using Postern.Signing;
using Postern.Storage;

namespace Postern.Server;

/// <summary>Every endpoint with what it needs, and the path it is at. Each path has its function.json beside its endpoint.</summary>
internal sealed class Endpoints
{
    private static readonly string[] Get = [HttpMethods.Get, HttpMethods.Head];
    private static readonly string[] Post = [HttpMethods.Post];
    // Without HEAD, which would have to do all that GET does: issue a code, or end a session's page.
    private static readonly string[] GetAndPost = [HttpMethods.Get, HttpMethods.Post];

    private readonly ServerOptions options;
    private readonly AuthorizationEndpoint authorization;
    private readonly SignInEndpoint signIn;
    private readonly ConsentEndpoint consent;
    private readonly SignOutEndpoint signOut;
    private readonly TokenEndpoint token;
    private readonly TokenEndpoint refresh;
    private readonly RevocationEndpoint revocation;
    private readonly IntrospectionEndpoint introspection;
    private readonly UserInfoEndpoint userInfo;
    private readonly JwksEndpoint jwks;
    private readonly MetadataEndpoint metadata;
    private readonly HealthEndpoint health;
    private readonly TimerEndpoint sweep;
    private readonly TimerEndpoint rotateKeys;

    public Endpoints(ServerOptions options, Tables tables, ServerKeys keys, TimeProvider time, ILogger logger)
    {
        this.options = options;
        var signer = keys.Signer;
        var (grants, users) = (new GrantStore(tables), new UserStore(tables));
        var clients = new ClientStore(tables, time, options.ClientCache);
        var revoked = new RevokedTokenStore(tables);

        var cookies = new Cookies(options);
        Pages = new InteractionPages(options, cookies, logger);
        var sessions = new Sessions(new SessionStore(tables), users, cookies, options, time);
        var interactions = new Interactions(new InteractionStore(tables), cookies, time);
        var requests = new AuthorizationRequests(clients, signer, options);
        var forms = new InteractionForms(interactions, requests, cookies);
        var throttle = new SignInThrottle(new AttemptStore(tables), users, cookies, options, time);
        authorization = new AuthorizationEndpoint(requests, sessions, interactions, Pages, new CodeIssuer(grants, options), time, logger);
        signIn = new SignInEndpoint(forms, interactions, sessions, new Passwords(users, time), throttle, Pages, time);
        consent = new ConsentEndpoint(forms, interactions, sessions, users, cookies, Pages, time);
        signOut = new SignOutEndpoint(sessions, cookies, Pages);

        var authenticator = new ClientAuthenticator(clients, time);
        var issuer = new TokenIssuer(signer, options, time);
        var refreshGrant = new RefreshTokenGrant(grants, users, options, time, logger);
        IGrant[] all = [new AuthorizationCodeGrant(grants, users, options, time, logger), refreshGrant, new ClientCredentialsGrant()];
        token = new TokenEndpoint(all, authenticator, issuer, logger);
        refresh = new TokenEndpoint([refreshGrant], authenticator, issuer, logger);

        var liveTokens = new LiveTokens(signer, clients, grants, users, revoked, time);
        var refreshTokens = new RefreshTokens(grants, users, options, time);
        introspection = new IntrospectionEndpoint(authenticator, liveTokens, refreshTokens, options, logger);
        revocation = new RevocationEndpoint(authenticator, refreshTokens, new AccessTokenRevocation(signer, revoked, options, time), grants, logger);
        userInfo = new UserInfoEndpoint(liveTokens, options, logger);
        jwks = new JwksEndpoint(signer, keys.JwksLifetime);
        string[] grantTypes = [.. all.Select(grant => grant.GrantType)];
        string[] scopes = [.. Scope.OpenIdConnect.Union(options.Scopes).Values];
        metadata = new MetadataEndpoint(new ServerMetadata(options.Issuer, grantTypes, scopes));
        health = new HealthEndpoint(tables, signer, time, logger);
        sweep = new TimerEndpoint(new Sweep(new ExpiringTables(tables), options, time, logger).RunAsync, time);
        rotateKeys = new TimerEndpoint(cancellation => keys.Keys?.RotateIfDueAsync(cancellation) ?? Task.CompletedTask, time);
    }

    public InteractionPages Pages { get; }

    /// <summary>What is to be done once in a while, whoever reminds us.</summary>
    public IReadOnlyList<TimerEndpoint> Timers => [sweep, rotateKeys];

    public void Map(WebApplication app)
    {
        var routes = app.MapGroup(options.BasePath);
        routes.MapPage(Paths.Authorize, GetAndPost, authorization.HandleAsync);
        routes.MapPage(Paths.SignIn, GetAndPost, signIn.HandleAsync);
        routes.MapPage(Paths.Consent, GetAndPost, consent.HandleAsync);
        routes.MapPage(Paths.SignOut, GetAndPost, signOut.HandleAsync);
        routes.Map(Paths.Assets + "/{name}", Get, Assets.HandleAsync);

        routes.MapCrossOrigin(Paths.Token, Post, token.HandleAsync);
        routes.MapCrossOrigin(Paths.Refresh, Post, refresh.HandleAsync);
        routes.MapCrossOrigin(Paths.Revoke, Post, revocation.HandleAsync);
        routes.Map(Paths.Introspect, Post, introspection.HandleAsync);
        routes.MapCrossOrigin(Paths.UserInfo, GetAndPost, userInfo.HandleAsync);
        routes.MapCrossOrigin(Paths.Jwks, Get, jwks.HandleAsync);
        foreach (var wellKnown in new[] { Paths.OpenIdConfiguration, Paths.AuthorizationServerMetadata })
        {
            routes.MapCrossOrigin(wellKnown, Get, metadata.HandleAsync);
            // RFC 8414 §3.1 puts the issuer's path behind the well-known one; clients of OpenID Connect do so too.
            if (options.BasePath.Length > 0)
                app.MapCrossOrigin(wellKnown + options.BasePath, Get, metadata.HandleAsync);
        }

        routes.Map(Paths.Health + "/live", Get, HealthEndpoint.LiveAsync);
        routes.Map(Paths.Health + "/ready", Get, health.ReadyAsync);
        // Where the Functions host's timers POST to.
        app.Map(Paths.Sweep, Post, sweep.HandleAsync);
        app.Map(Paths.RotateKeys, Post, rotateKeys.HandleAsync);
    }
}

using Postern.Protocol;

namespace Postern.Tests;

/// <summary>The flows of FLOWS.md, in its order.</summary>
internal static class Recorded
{
    // RFC 7636 appendix B.
    private const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    private const string Challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    private static readonly RecordedFlow Code = new(
        "Authorization code with PKCE",
        "RFC 6749 §4.1, RFC 7636, OpenID Connect Core §3.1",
        "The person signs in and consents at Postern, never in the app, which gets a code by way of the browser and redeems it. Public "
            + "clients send their `client_id` in place of a secret.",
        async run => await TokensAsync(run)
    );

    private static readonly RecordedFlow Refresh = new(
        "Refresh",
        "RFC 6749 §6",
        "New tokens without the person, until that is taken back. A public client gets another refresh token each time; an old one that is used "
            + "again ends the grant.",
        async run =>
        {
            var flow = new Flow(run.Server, "app", scope: "openid api:read");
            var tokens = await flow.TokensAsync(run.Server.Browser());
            await run.PostAsync("App", "/token", "app", ("grant_type", "refresh_token"), ("refresh_token", tokens.RefreshToken));
        }
    );

    private static readonly RecordedFlow Machine = new(
        "Client credentials",
        "RFC 6749 §4.4",
        "A machine gets a token for itself. There is no person, and no refresh token: it asks again.",
        run => run.PostAsync("Machine", "/token", "robot", ("grant_type", "client_credentials"), ("scope", "api:read"))
    );

    private static readonly RecordedFlow Key = new(
        "Client authentication by key",
        "RFC 7523 §2.2, `private_key_jwt`",
        "A machine that holds a private key and no secret: each request has an assertion of its own, good once and for minutes. The public key "
            + "is in the registration, or at a URL that it names.",
        async run =>
        {
            await run.Server.AddKeyClientAsync(AssertionRequests.KeyClient("signer", run.Server.Clock.Now, KeyPair.Ec));
            await run.SendAsync(
                "Machine",
                "/token",
                ("grant_type", "client_credentials"),
                ("scope", "api:read"),
                ("client_assertion_type", AssertionRequests.Type),
                ("client_assertion", KeyPair.Ec.Sign(run.Server.Claims("signer")))
            );
        }
    );

    private static readonly RecordedFlow Workload = new(
        "A workload's own identity",
        "RFC 7523 §2.1, the JWT bearer grant",
        "A build or a cloud's workload gives the token that its platform has issued for it (GitHub Actions, a managed identity), and holds "
            + "nothing else. The operator registers the issuer, and which of its subjects may have what.",
        async run =>
        {
            const string gitHub = "https://token.actions.githubusercontent.com";
            var (server, now) = (run.Server, run.Server.Clock.Now);
            var keys = new KeySource { Jwks = JwkSet.TryParse(System.Text.Encoding.UTF8.GetBytes(KeyPair.Jwks(KeyPair.Rsa)), out _) };
            var issuers = new Storage.TrustedIssuerStore(server.Tables, server.Clock, TimeSpan.Zero);
            await issuers.TryAddAsync(new TrustedIssuer { Issuer = gitHub, Keys = keys, CreatedAt = now }, default);
            var build = new TrustedSubject(gitHub, null, [KeyValuePair.Create("repository", "octo/app")], Scope.TryParse("api:write")!);
            await server.AddKeyClientAsync(JwtBearerGrantTests.World.Trusting("ci", now, build) with
            {
                TokenEndpointAuthMethods = [ClientAuthenticationMethods.None],
                Secrets = [],
            });
            var assertion = KeyPair.Rsa.Sign(server.Claims("ci", ("iss", gitHub), ("sub", "repo:octo/app:ref:refs/heads/main"), ("repository", "octo/app")));
            run.Says("GitHub", "Build", "an OIDC token");
            await run.SendAsync("Build", "/token", ("grant_type", GrantTypes.JwtBearer), ("assertion", assertion), ("client_id", "ci"));
        }
    );

    private static readonly RecordedFlow Device = new(
        "Device authorization",
        "RFC 8628",
        "Where there is no browser or no keyboard, the person opens a page on another device, types a short code (or follows a QR code), sees "
            + "which app asks for what, and allows it. Meanwhile the app polls, no faster than it is told.",
        async run =>
        {
            var started = await run.PostAsync("TV", "/device_authorization", "tv", ("scope", "openid profile"));
            var (userCode, deviceCode) = (started.Text("user_code")!, started.Text("device_code")!);
            run.Instead(userCode, "WDJB-MJHT");
            run.Says("TV", "Alice", "open login.example/device and type WDJB-MJHT");
            (string, string)[] poll = [("grant_type", GrantTypes.DeviceCode), ("device_code", deviceCode)];
            await run.PostAsync("TV", "/token", "tv", poll);
            run.Says("Alice", "Postern", "signs in, types the code, allows it");
            await (await (await (await run.Server.SignedInAsync()).GoAsync("/device")).SubmitAsync(("user_code", userCode))).ConsentAsync();
            run.Server.Clock.Advance(TimeSpan.FromSeconds(5));
            await run.PostAsync("TV", "/token", "tv", poll);
        }
    );

    private static readonly RecordedFlow Backchannel = new(
        "Approval on a page of one's own (CIBA)",
        "OpenID Connect Client-Initiated Backchannel Authentication Core",
        "A call centre or a back office asks somebody who is not at its screen. The person is told, opens `/approvals`, signed in as usual, "
            + "compares the message and allows it. The app polls, or is pinged once there is an answer.",
        async run =>
        {
            var asked = await run.PostAsync(
                "Bank",
                "/bc-authorize",
                "bank",
                ("scope", "openid api:read"),
                ("login_hint", RemoteServer.Login),
                ("binding_message", "W4SCT")
            );
            (string, string)[] poll = [("grant_type", GrantTypes.Ciba), ("auth_req_id", asked.Text("auth_req_id")!)];
            run.Says("Alice", "Postern", "opens /approvals, compares W4SCT, allows it");
            await (await (await run.Server.SignedInAsync()).GoAsync("/approvals")).ConsentAsync();
            await run.PostAsync("Bank", "/token", "bank", poll);
        }
    );

    private static readonly RecordedFlow OnBehalfOf = new(
        "On behalf of",
        "Microsoft's use of RFC 7523 §2.1",
        "An API that a person's app has called calls the next API for that person, with Microsoft's libraries. The operator says which one, "
            + "with which scope, and so consents for the person (`--on-behalf-of`). `invalid_grant` sends the person back to the app.",
        async run =>
        {
            var token = (await ExchangeServer.Shop(run.Server).TokensAsync()).AccessToken;
            run.Says("App", "Orders", "GET /orders, for Alice");
            var answer = await run.PostAsync(
                "Orders",
                "/token",
                "orders",
                ("grant_type", GrantTypes.JwtBearer),
                ("requested_token_use", "on_behalf_of"),
                ("assertion", token),
                ("scope", "stock:read")
            );
            run.Says("Orders", "Stock", "GET /stock, for Alice by orders");
            await run.PostAsync("Stock", "/introspect", "stock", ("token", answer.AccessToken));
        }
    );

    private static readonly RecordedFlow Exchange = new(
        "Token exchange",
        "RFC 8693",
        "One token for another: of the apps, for the audience and with at most the scope that the operator has said (`--exchange-from`, "
            + "`--exchange-to`), never with more scope than the first had, never for longer, and ended with it. `act` says who acts.",
        async run =>
        {
            var token = (await ExchangeServer.Shop(run.Server).TokensAsync()).AccessToken;
            run.Says("App", "Orders", "GET /orders, for Alice");
            await run.PostAsync(
                "Orders",
                "/token",
                "orders",
                ("grant_type", GrantTypes.TokenExchange),
                ("subject_token", token),
                ("subject_token_type", TokenTypes.AccessToken),
                ("audience", ExchangeServer.Stock),
                ("scope", "api:read")
            );
            run.Says("Orders", "Stock", "GET /stock, for Alice by orders");
        }
    );

    private static readonly RecordedFlow Introspection = new(
        "Introspection and revocation",
        "RFC 7662, RFC 7009",
        "An API can verify a token by itself with the published keys, or ask whether it still counts. To revoke a refresh token ends the whole grant.",
        async run =>
        {
            var tokens = await ExchangeServer.Shop(run.Server, "openid api:read").TokensAsync();
            await run.PostAsync("Orders", "/introspect", "orders", ("token", tokens.AccessToken));
            await run.PostAsync("App", "/revoke", "shop", ("token", tokens.RefreshToken));
            await run.PostAsync("Orders", "/introspect", "orders", ("token", tokens.AccessToken));
        }
    );

    private static readonly RecordedFlow SignOut = new(
        "Sign-out",
        "OpenID Connect RP-Initiated Logout §2",
        "The app sends the browser with its ID token, and the session ends there and in all apps: their tokens too, as their registrations "
            + "say, and they hear of it on their back or front channel. Without an ID token of this session people are asked first.",
        async run =>
        {
            var (browser, _, idToken) = await run.Server.BeginAsync();
            (string, string)[] request =
            [
                ("id_token_hint", idToken), ("post_logout_redirect_uri", "https://web.example/signed-out"), ("state", "af0ifjsldkj"),
            ];
            await run.BrowseAsync("/signout", request, "the session ends", _ => Task.CompletedTask, browser);
        }
    );

    public static RecordedFlow[] All { get; } = [Code, Refresh, Machine, Key, Workload, Device, Backchannel, OnBehalfOf, Exchange, Introspection, SignOut];

    public static FlowChoice[] Choices { get; } =
        [
            new("a web app with a server", [Code, Refresh, SignOut], "`--redirect-uri https://app.example.com/callback`"),
            new("an app in the browser (SPA)", [Code, Refresh, SignOut], "`--public --redirect-uri https://spa.example.com/`"),
            new("an app on a phone or a desktop", [Code, Refresh], "`--native`"),
            new("a command line tool, a TV, anything without a browser", [Device, Refresh], "`--device`"),
            new(
                "a call centre or a back office whose people are elsewhere",
                [Backchannel],
                $"`--grant-type {GrantTypes.Ciba} --scope \"openid orders:read\"`"
            ),
            new("a machine without people", [Machine], "`--machine --scope \"orders:read\"`"),
            new("a machine that shall hold no secret", [Key], "`--machine --scope \"orders:read\" --auth-method private_key_jwt --jwks <file>`"),
            new("a CI job, a workload of a cloud", [Workload], $"`--public --scope deploy --grant-type {GrantTypes.JwtBearer}`, then `postern issuer add` and `postern client trust`"),
            new("an API that is called with tokens", [Introspection], "`--resource-server https://api.example.com`"),
            new(
                "an API that calls another API for the person",
                [OnBehalfOf, Exchange],
                "`--resource-server https://api.example.com` and either "
                    + $"`--grant-type {GrantTypes.JwtBearer} --on-behalf-of \"https://stock.example.com stock:read\"` or "
                    + $"`--grant-type {GrantTypes.TokenExchange} --exchange-from web --exchange-to \"https://stock.example.com stock:read\"`"
            ),
        ];

    public static (string Of, string Use)[] Instead { get; } =
        [
            ("implicit, `response_type=token` (RFC 9700 §2.1.2)", $"{Code.Link}, in the browser too: it needs no secret"),
            ("password, `grant_type=password` (RFC 9700 §2.4)", $"{Code.Link}: no app sees a password, and a second factor works; {Device.Link} where there is no browser"),
        ];

    private static async Task<Answer> TokensAsync(Recording run)
    {
        (string, string)[] request =
        [
            ("response_type", "code"), ("client_id", "web"), ("redirect_uri", TestClients.WebCallback), ("scope", "openid profile api:read"),
            ("state", "af0ifjsldkj"), ("nonce", "n-0S6_WzA2Mj"), ("code_challenge", Challenge), ("code_challenge_method", "S256"),
        ];
        var browser = await run.BrowseAsync("/authorize", request, "Alice signs in and consents", async browser =>
        {
            await browser.SignInAsync();
            await browser.ConsentAsync();
        });
        run.Says("Browser", "App", "GET /callback with the code");
        var code = browser.Sent("code")!;
        (string, string)[] redemption =
        [
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", TestClients.WebCallback), ("code_verifier", Verifier),
        ];
        return await run.PostAsync("App", "/token", "web", redemption);
    }
}

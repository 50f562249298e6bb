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

    public static RecordedFlow[] All { get; } = [Code, Refresh, Machine, OnBehalfOf, Exchange, Introspection, SignOut];

    public static FlowChoice[] Choices { get; } =
        [
            new("a web app with a server", [Code, Refresh, SignOut], "`--redirect-uri https://app.example.com/callback`"),
            new("an app in the browser (SPA)", [Code, Refresh, SignOut], "`--public --redirect-uri https://spa.example.com/`"),
            new("an app on a phone or a desktop", [Code, Refresh], "`--native`"),
            new("a machine without people", [Machine], "`--machine --scope \"orders:read\"`"),
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
            ("password, `grant_type=password` (RFC 9700 §2.4)", $"{Code.Link}: no app sees a password, and a second factor works"),
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

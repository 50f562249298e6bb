using Postern.Protocol;

namespace Postern.Tests;

/// <summary>A server with an app, the API that it calls, and the APIs that this one calls in turn.</summary>
public sealed class ExchangeServer : IAsyncLifetime
{
    public const string Orders = "https://orders.example";
    public const string Stock = "https://stock.example";
    public const string Audit = "https://audit.example";

    public AuthServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await StartAsync();

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    /// <summary>One that a test may change as it likes.</summary>
    public static async Task<AuthServer> StartAsync(TimeSpan cacheFor = default)
    {
        var server = await AuthServer.StartAsync(options => options with { ClientCache = cacheFor });
        foreach (var client in Clients(server.Clock.Now))
            await server.AddClientAsync(client);
        return server;
    }

    /// <summary>The app's tokens for Alice, which are for the API of the orders.</summary>
    public static Flow Shop(AuthServer server, string scope = "openid profile api:read api:write") => new(server, "shop", scope: scope);

    /// <summary>A token exchange of an access token. Given parameters replace the usual ones; an empty value leaves one out.</summary>
    public static Task<Answer> ExchangeAsync(AuthServer server, string clientId, string subjectToken, params (string Name, string Value)[] parameters)
    {
        var usual = new (string Name, string Value)[]
        {
            ("grant_type", GrantTypes.TokenExchange),
            ("subject_token", subjectToken),
            ("subject_token_type", TokenTypes.AccessToken),
        };
        var all = usual.Where(one => !parameters.Any(given => given.Name == one.Name)).Concat(parameters).Where(one => one.Value.Length > 0);
        return server.PostAsync("/token", clientId, [.. all]);
    }

    /// <summary>What Microsoft's libraries send, likewise.</summary>
    public static Task<Answer> OnBehalfOfAsync(AuthServer server, string clientId, string assertion, params (string Name, string Value)[] parameters)
    {
        var usual = new (string Name, string Value)[]
        {
            ("grant_type", GrantTypes.JwtBearer),
            ("requested_token_use", "on_behalf_of"),
            ("assertion", assertion),
            ("scope", "openid profile offline_access stock:read"),
        };
        var all = usual.Where(one => !parameters.Any(given => given.Name == one.Name)).Concat(parameters).Where(one => one.Value.Length > 0);
        return server.PostAsync("/token", clientId, [.. all]);
    }

    private static Client[] Clients(DateTimeOffset now) =>
        [
            TestClients.Confidential("shop", now) with { RequireConsent = false, Audience = Orders },
            Api("orders", Orders, now) with
            {
                Exchange = new ExchangePolicy
                {
                    From = ["shop", "orders", "robot"],
                    To =
                    [
                        Target($"{Stock} api:read profile stock:read"), Target($"{Audit} api:write"), Target($"{RemoteServer.Issuer} openid profile"),
                    ],
                    OnBehalfOf = [Target($"{Stock} stock:read stock:write"), Target($"{Audit} audit:write")],
                },
            },
            Api("stock", Stock, now) with
            {
                Exchange = new ExchangePolicy { From = ["orders", "stock"], To = [Target($"{Audit} api:read"), Target($"{Stock} api:read")] },
            },
            Api("quiet", "https://quiet.example", now) with
            {
                Exchange = new ExchangePolicy { From = ["shop", "orders", "quiet"], To = [Target($"{Stock} api:read")], MayImpersonate = true },
            },
            Api("audit", Audit, now),
            TestClients.Confidential("robot", now) with { GrantTypes = [GrantTypes.ClientCredentials], RedirectUris = [], Audience = Orders },
        ];

    private static Client Api(string id, string audience, DateTimeOffset now) =>
        TestClients.Confidential(id, now) with
        {
            RedirectUris = [],
            Scope = Scope.Empty,
            ProtectedResource = audience,
            GrantTypes = [GrantTypes.TokenExchange, GrantTypes.JwtBearer],
        };

    public static TokenTarget Target(string text) => TokenTarget.TryParse(text) ?? throw new InvalidOperationException(text);
}

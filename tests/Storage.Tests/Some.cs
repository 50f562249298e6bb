using System.Security.Cryptography;
using Postern.Protocol;

namespace Postern.Tests;

/// <summary>Records with every column filled, under new random keys.</summary>
internal static class Some
{
    public static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    public static byte[] Bytes(int count = 32) => RandomNumberGenerator.GetBytes(count);

    public static string Text() => Convert.ToHexStringLower(Bytes(8));

    public static RowId Id(DateTimeOffset? expiresAt = null) => RowId.For(expiresAt ?? Now.AddDays(90), Bytes(16));

    public static RefreshState Refresh() =>
        new()
        {
            LineageHash = Bytes(),
            LinkHash = Bytes(),
            Generation = 7,
            ExpiresAt = Now.AddDays(30),
            Previous = new ReplacedLink(Bytes(), Bytes(16), Now.AddTicks(1234567)),
            Earlier = new ReplacedLink(Bytes(), Bytes(16), Now.AddSeconds(-1)),
            IsInUse = true,
            AskedTwice = 5,
        };

    public static PendingAuthorization Pending() =>
        new()
        {
            Id = Id(),
            Kind = HandleKind.DeviceCode,
            SecretHash = Bytes(),
            ClientId = "tv",
            Registration = Text(),
            Scope = Scope.TryParse("openid api:read")!,
            StartedAt = Now,
            StartedFrom = "2001:db8::1",
            Subject = Text(),
            BindingMessage = "W4SCT ü",
            NotificationToken = Text(),
            ExpiresAt = Now.AddMinutes(15),
            Interval = TimeSpan.FromSeconds(25),
            IsPolled = true,
            State = PendingState.Approved,
            Grant = Id(),
        };

    public static Grant Grant(RefreshState? refresh = null) =>
        new()
        {
            Id = Id(),
            ClientId = "web",
            Registration = Text(),
            Stamp = Text(),
            Subject = Text(),
            Scope = Scope.TryParse("openid api:read")!,
            RedirectUri = "https://web.example/callback?a='b'&c=%C3%BC",
            RedirectUriWasSent = true,
            CodeChallenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
            Nonce = "n'once \" ü 🗝",
            Resources = ["https://api.example", "urn:example:b"],
            ClaimsParameter = """{"userinfo":{"email":null}}""",
            SessionId = Id(),
            AuthTime = Now.AddTicks(1),
            Amr = ["pwd", "otp"],
            CodeHash = Bytes(),
            GrantedAt = Now,
            RevokedTokensUntil = Now.AddHours(1),
            CodeExpiresAt = Now.AddSeconds(60),
            ExpiresAt = Now.AddDays(90),
            Refresh = refresh,
        };

    public static TrustedIssuer Issuer() =>
        new()
        {
            Issuer = $"https://{Text()}.example/a'b/",
            Keys = new KeySource { Jwks = JwkSet.TryParse(System.Text.Encoding.UTF8.GetBytes(KeyPair.Jwks(KeyPair.Ec, KeyPair.Rsa)), out _) },
            Algorithms = [SigningAlgorithms.ES256],
            Audience = "api://postern",
            SubjectClaim = "oid",
            SingleUse = false,
            CreatedAt = Now,
        };

    public static Interaction Interaction() =>
        new()
        {
            Id = Id(Now.AddHours(1)),
            BrowserHash = Bytes(),
            Parameters = new string('x', RequestParameters.MaxLength),
            ExpiresAt = Now.AddHours(1),
            Session = Id(),
            Reauthenticated = true,
            Consented = false,
        };

    public static Session Session() =>
        new()
        {
            Id = Id(Now.AddDays(14)),
            Root = Id(Now.AddDays(428)),
            SecretHash = Bytes(),
            Subject = Text(),
            AuthTime = Now,
            Amr = ["pwd"],
            ExpiresAt = Now.AddDays(14),
            Stamp = Text(),
        };

    public static User User() =>
        new()
        {
            Subject = Text(),
            Login = $"{Text()}@example.com",
            PasswordHash = "hash",
            Claims = UserClaims.TryParse("""{"name":"Zoë O'Brien","address":{"country":"GB"},"email_verified":true}""", out _)!,
            Stamp = Text(),
            CreatedAt = Now,
            UpdatedAt = Now,
        };

    public static Client Client() =>
        new()
        {
            ClientId = $"client-{Text()}",
            ClientName = "O'Reilly & Söhne",
            TokenEndpointAuthMethods = ClientAuthenticationMethods.WithSecret,
            Secrets = [new ClientSecret(Bytes(), null), new ClientSecret(Bytes(), Now.AddDays(1))],
            RedirectUris = [Registered("https://web.example/callback"), Registered("com.example.app:/callback")],
            GrantTypes = [GrantTypes.AuthorizationCode, GrantTypes.RefreshToken],
            Scope = Scope.TryParse("openid profile")!,
            Audience = "https://api.example",
            ProtectedResource = "https://api.example",
            Exchange = new ExchangePolicy
            {
                From = ["web", "shop"],
                To = [TokenTarget.TryParse("https://stock.example stock:read stock:write")!, TokenTarget.TryParse("https://audit.example")!],
                MayImpersonate = true,
                OnBehalfOf = [TokenTarget.TryParse("https://stock.example x")!],
            },
            AllowedOrigins = new AllowedOrigins(["https://web.example", "http://localhost:3000"]),
            SigningAlgorithm = SigningAlgorithms.ES256,
            RequirePkce = false,
            RequireConsent = false,
            RotateRefreshTokens = true,
            CodeLifetime = TimeSpan.FromSeconds(30),
            AccessTokenLifetime = TimeSpan.FromMinutes(5),
            RefreshTokenLifetime = TimeSpan.FromDays(1),
            RefreshTokenMaxLifetime = TimeSpan.FromDays(2),
            NotificationEndpoint = "https://client.example/told",
            CreatedAt = Now,
            Registration = Text(),
        };

    public static Resource Resource() =>
        new()
        {
            Identifier = $"https://api.example/{Text()}?a=b",
            Name = "Zoë's orders",
            Scopes = new Dictionary<string, string> { ["orders:read"] = "Read your orders", ["orders:write"] = "Place orders" },
            AccessTokenLifetime = TimeSpan.FromMinutes(5),
            SigningAlgorithm = SigningAlgorithms.ES256,
            CreatedAt = Now,
        };

    private static RedirectUri Registered(string uri) =>
        RedirectUri.Register(uri).Succeeds(out var registered, out _) ? registered : throw new InvalidOperationException(uri);
}

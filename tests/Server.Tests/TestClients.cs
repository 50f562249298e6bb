using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Postern.Protocol;

namespace Postern.Tests;

/// <summary>The clients that every test server knows, each for one purpose.</summary>
public static class TestClients
{
    public const string WebCallback = "https://web.example/callback";
    public const string AppCallback = "http://127.0.0.1/callback";
    public const string NativeCallback = "http://127.0.0.1:51234/callback";

    public const string SpaCallback = "https://spa.example/callback";

    /// <summary>Where the client <c>logout</c> may send people who have signed out.</summary>
    public static IEnumerable<RedirectUri> SignedOut => new[] { "https://web.example/signed-out", "https://web.example/bye?from=postern" }.Select(Registered);

    /// <summary>Where a client wants its answers.</summary>
    public static string CallbackOf(string clientId) =>
        clientId switch
        {
            "app" => NativeCallback,
            "spa" => SpaCallback,
            _ => WebCallback,
        };

    public static IEnumerable<Client> All(DateTimeOffset now) =>
        [
            Confidential("web", now),
            Confidential("other", now),
            Confidential("basic", now) with { TokenEndpointAuthMethods = [ClientAuthenticationMethods.ClientSecretBasic] },
            Confidential("post", now) with { TokenEndpointAuthMethods = [ClientAuthenticationMethods.ClientSecretPost] },
            Confidential("es256", now) with { SigningAlgorithm = SigningAlgorithms.ES256 },
            Confidential("rotating", now) with { RotateRefreshTokens = true },
            Confidential("nopkce", now) with { RequirePkce = false },
            Confidential("own", now) with { RequireConsent = false },
            Confidential("api", now) with
            {
                GrantTypes = [GrantTypes.ClientCredentials],
                RedirectUris = [],
                ProtectedResource = RemoteServer.Issuer,
            },
            Confidential("hostile", now) with { ClientName = "<script>alert('\"&\")</script>" },
            Confidential("brief", now) with
            {
                AccessTokenLifetime = TimeSpan.FromMinutes(1),
                CodeLifetime = TimeSpan.FromSeconds(10),
                RefreshTokenLifetime = TimeSpan.FromMinutes(5),
                RefreshTokenMaxLifetime = TimeSpan.FromMinutes(12),
            },
            Confidential("narrow", now) with { Scope = Scope.TryParse("openid")! },
            Confidential("coderonly", now) with { GrantTypes = [GrantTypes.AuthorizationCode] },
            Confidential("logout", now) with { RequireConsent = false, Logout = new ClientLogout { PostLogoutRedirectUris = [.. SignedOut] } },
            Public("app", now, AppCallback, "http://[::1]/callback"),
            Public("spa", now, SpaCallback),
            Public("tv", now) with { GrantTypes = [GrantTypes.DeviceCode, GrantTypes.RefreshToken] },
            Confidential("bank", now) with { GrantTypes = [GrantTypes.Ciba, GrantTypes.AuthorizationCode, GrantTypes.RefreshToken] },
            Confidential("pinged", now) with
            {
                GrantTypes = [GrantTypes.Ciba],
                RedirectUris = [],
                NotificationEndpoint = "https://pinged.invalid/told",
            },
            Confidential("console", now) with { GrantTypes = [GrantTypes.DeviceCode, GrantTypes.RefreshToken], RedirectUris = [] },
        ];

    public static Client Confidential(string id, DateTimeOffset now) =>
        new()
        {
            ClientId = id,
            ClientName = $"The {id} client",
            TokenEndpointAuthMethods = ClientAuthenticationMethods.WithSecret,
            Secrets = [new ClientSecret(SHA256.HashData(Encoding.UTF8.GetBytes(RemoteServer.Secret)), null)],
            RedirectUris = [Registered(WebCallback)],
            GrantTypes = [GrantTypes.AuthorizationCode, GrantTypes.RefreshToken, GrantTypes.ClientCredentials],
            Scope = Scope.TryParse("openid profile email address phone offline_access api:read api:write")!,
            CreatedAt = now,
            Registration = Guid.NewGuid().ToString("N"),
        };

    public static Client Public(string id, DateTimeOffset now, params string[] redirectUris) =>
        Confidential(id, now) with
        {
            TokenEndpointAuthMethods = [ClientAuthenticationMethods.None],
            Secrets = [],
            RedirectUris = [.. redirectUris.Select(Registered)],
            GrantTypes = [GrantTypes.AuthorizationCode, GrantTypes.RefreshToken],
        };

    public static RedirectUri Registered(string uri) =>
        RedirectUri.Register(uri).Succeeds(out var registered, out var refusal) ? registered : throw new InvalidOperationException(refusal.Reason);
}

/// <summary>The person that every test server knows.</summary>
public static class TestUsers
{
    // The production cost, once for all tests.
    private static readonly string Hash = HashOf(RemoteServer.Password);

    public static User Alice(DateTimeOffset now) => Someone(RemoteServer.Login, RemoteServer.Subject, now) with { PasswordHash = Hash };

    public static string HashOf(string password) =>
        new PasswordHasher<User>(Options.Create(new PasswordHasherOptions { IterationCount = User.PasswordIterations }))
            .HashPassword(Someone(RemoteServer.Login, RemoteServer.Subject, default), password);

    public static User Someone(string login, string subject, DateTimeOffset now) =>
        new()
        {
            Subject = subject,
            Login = login,
            Claims = UserClaims.TryParse(
                """
                {"name":"Alice Example","given_name":"Alice","email":"alice@example.com","email_verified":true,
                 "phone_number":"+1 555 0100","address":{"locality":"Wonderland"}}
                """,
                out _
            )!,
            CreatedAt = now,
            UpdatedAt = now,
        };
}

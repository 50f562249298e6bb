using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Postern.Protocol;
using Postern.Storage;

namespace Postern.Local;

/// <summary>The clients and the person with which a newcomer tries everything. Their secrets are made at the first start.</summary>
internal sealed record Demo(string WebSecret, string Password)
{
    public const string Login = "alice";

    public static readonly Scope WebScope = Scope.TryParse("openid profile email address phone offline_access api:read api:write")!;

    /// <summary>The confidential client: code, refresh, client credentials, introspection of its own tokens.</summary>
    public static readonly string[] WebRedirectUris = ["http://localhost:3000/callback", "http://127.0.0.1/callback"];

    /// <summary>The public client, whose redirect URI takes any port (RFC 8252 §7.3).</summary>
    public static readonly string[] AppRedirectUris = ["http://127.0.0.1/callback", "http://[::1]/callback"];

    public static Demo Create() => new(Secret(32), Secret(12));

    public IReadOnlyList<Client> Clients(DateTimeOffset now) =>
        [
            new Client
            {
                ClientId = "demo-web",
                ClientName = "Demo web app",
                TokenEndpointAuthMethods = ClientAuthenticationMethods.WithSecret,
                Secrets = [new ClientSecret(Hash(WebSecret), null)],
                RedirectUris = [.. WebRedirectUris.Select(Registered)],
                Logout = new ClientLogout { PostLogoutRedirectUris = [Registered("http://localhost:3000/signed-out")] },
                GrantTypes = [GrantTypes.AuthorizationCode, GrantTypes.RefreshToken, GrantTypes.ClientCredentials, GrantTypes.Ciba],
                Scope = WebScope,
                CreatedAt = now,
                Registration = Secret(16),
            },
            new Client
            {
                ClientId = "demo-app",
                ClientName = "Demo app",
                TokenEndpointAuthMethods = [ClientAuthenticationMethods.None],
                RedirectUris = [.. AppRedirectUris.Select(Registered)],
                Logout = new ClientLogout { PostLogoutRedirectUris = [Registered("http://127.0.0.1/"), Registered("http://[::1]/")] },
                GrantTypes = [GrantTypes.AuthorizationCode, GrantTypes.RefreshToken],
                Scope = WebScope,
                CreatedAt = now,
                Registration = Secret(16),
            },
            new Client
            {
                ClientId = "demo-device",
                ClientName = "Demo television",
                TokenEndpointAuthMethods = [ClientAuthenticationMethods.None],
                GrantTypes = [GrantTypes.DeviceCode, GrantTypes.RefreshToken],
                Scope = WebScope,
                CreatedAt = now,
                Registration = Secret(16),
            },
        ];

    public static User User(string password, DateTimeOffset now)
    {
        var claims = UserClaims.TryParse(
            """
            {
              "name": "Alice Example", "given_name": "Alice", "family_name": "Example", "preferred_username": "alice",
              "email": "alice@example.com", "email_verified": true, "phone_number": "+1 555 0100", "phone_number_verified": false,
              "address": { "locality": "Wonderland", "country": "GB" }, "locale": "en-GB", "zoneinfo": "Europe/London"
            }
            """,
            out _
        )!;
        var user = new User
        {
            Subject = Secret(16),
            Login = Login,
            Claims = claims,
            CreatedAt = now,
            UpdatedAt = now,
        };
        var hasher = new PasswordHasher<User>(Options.Create(new PasswordHasherOptions { IterationCount = Protocol.User.PasswordIterations }));
        return user with { PasswordHash = hasher.HashPassword(user, password) };
    }

    /// <summary>Adds what is not there yet; what the newcomer has changed stays.</summary>
    public async Task SeedAsync(ClientStore clients, UserStore users, DateTimeOffset now, CancellationToken cancellation)
    {
        foreach (var client in Clients(now))
            await clients.TryAddAsync(client, cancellation);
        if (await users.FindByLoginAsync(Login, cancellation) is null)
            await users.TryAddAsync(User(Password, now), cancellation);
    }

    private static RedirectUri Registered(string uri) =>
        RedirectUri.Register(uri).Succeeds(out var registered, out var refusal)
            ? registered
            : throw new InvalidOperationException(refusal.Reason);

    private static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    private static string Secret(int bytes) => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(bytes));
}

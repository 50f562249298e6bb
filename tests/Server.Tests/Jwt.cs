using System.Buffers.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Postern.Tests;

/// <summary>Looks at tokens: unverified, and as a resource server or client with its own library would.</summary>
public static class Jwt
{
    public static JsonElement Header(string token) => Part(token, 0);

    public static JsonElement Claims(string token) => Part(token, 1);

    /// <summary>Verifies with the keys that the server publishes.</summary>
    public static async Task<TokenValidationResult> VerifyAsync(AuthServer server, string token, string audience, string type)
    {
        var keys = new JsonWebKeySet((await server.GetAsync("/jwks")).Body);
        return await new JsonWebTokenHandler().ValidateTokenAsync(
            token,
            new TokenValidationParameters
            {
                IssuerSigningKeys = keys.GetSigningKeys(),
                ValidIssuer = AuthServer.Issuer,
                ValidAudience = audience,
                ValidTypes = [type],
                RequireExpirationTime = true,
                LifetimeValidator = (_, expires, _, _) => server.Clock.Now.UtcDateTime < expires,
            }
        );
    }

    private static JsonElement Part(string token, int index) => JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[index])).RootElement;
}

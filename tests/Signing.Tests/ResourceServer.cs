using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Postern.Protocol;

namespace Postern.Tests;

/// <summary>An API that verifies our tokens with somebody else's code, from the JWK Set as it is on the wire.</summary>
internal static class ResourceServer
{
    public static string JwkSet(IEnumerable<Jwk> keys)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("keys");
            foreach (var key in keys)
                key.Write(writer);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    public static JsonWebToken Read(string token) => new(token);

    public static bool Accepts(string token, IEnumerable<Jwk> keys, string algorithm) =>
        new JsonWebTokenHandler().ValidateTokenAsync(token, new TokenValidationParameters
        {
            IssuerSigningKeys = new JsonWebKeySet(JwkSet(keys)).GetSigningKeys(),
            ValidAlgorithms = [algorithm],
            ValidTypes = [Jws.AccessTokenType],
            ValidAudience = "https://api.example",
            ValidateIssuer = false,
            // The signature is what is asked about; the tokens of these tests have no exp.
            ValidateLifetime = false,
            TryAllIssuerSigningKeys = false,
        }).Result.IsValid;
}

using Postern.Protocol;
using Postern.Signing;

namespace Postern.Server;

/// <summary>The JWK Set (RFC 7517 §5) by which tokens are verified.</summary>
internal sealed class JwksEndpoint(ISigner signer)
{
    // Far below the lead with which a key is published before it signs.
    private static readonly TimeSpan MaxAge = TimeSpan.FromHours(1);

    public async Task<IResult> HandleAsync(HttpContext http)
    {
        var keys = await signer.PublishedKeysAsync(http.RequestAborted);
        var json = Json.Object(writer =>
        {
            writer.WriteStartArray("keys");
            foreach (var key in keys)
                key.Write(writer);
            writer.WriteEndArray();
        });
        return new DocumentResponse(json, MaxAge);
    }
}

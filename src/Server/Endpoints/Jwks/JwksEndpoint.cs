using Microsoft.Azure.Functions.Worker;
using Postern.Protocol;
using Postern.Signing;

namespace Postern.Server;

/// <summary>The JWK Set (RFC 7517 §5) by which tokens are verified.</summary>
/// <param name="signer">Who publishes.</param>
/// <param name="lifetime">How long caches may keep it: far below the lead with which a key is published before it signs.</param>
internal sealed class JwksEndpoint(ISigner signer, TimeSpan lifetime)
{
    [Function("jwks"), CrossOrigin("GET", "HEAD")]
    public async Task<IResult> HandleAsync([HttpTrigger(AuthorizationLevel.Anonymous, Route = Paths.Jwks)] HttpRequest request)
    {
        var keys = await signer.PublishedKeysAsync(request.HttpContext.RequestAborted);
        var json = Json.Object(writer =>
        {
            writer.WriteStartArray("keys");
            foreach (var key in keys)
                key.Write(writer);
            writer.WriteEndArray();
        });
        return new DocumentResponse(json, lifetime);
    }
}

using Microsoft.Azure.Functions.Worker;
using Postern.Protocol;

namespace Postern.Server;

/// <summary>Server metadata (RFC 8414 §3, OpenID Connect Discovery §4). One document for both: each allows the other's members.</summary>
internal sealed class MetadataEndpoint(ServerMetadata metadata)
{
    private readonly DocumentResponse document = new(metadata.ToJson(), TimeSpan.FromHours(1));

    [Function("openid-configuration"), CrossOrigin("GET", "HEAD")]
    public Task<IResult> OpenIdConfigurationAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Paths.OpenIdConfiguration)] HttpRequest request
    ) => Task.FromResult<IResult>(document);

    [Function("oauth-authorization-server"), CrossOrigin("GET", "HEAD")]
    public Task<IResult> AuthorizationServerMetadataAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = Paths.AuthorizationServerMetadata)] HttpRequest request
    ) => Task.FromResult<IResult>(document);
}

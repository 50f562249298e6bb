using Postern.Protocol;

namespace Postern.Server;

/// <summary>Server metadata (RFC 8414 §3, OpenID Connect Discovery §4). One document for both: each allows the other's members.</summary>
internal sealed class MetadataEndpoint(ServerMetadata metadata)
{
    private readonly byte[] json = metadata.ToJson();

    public Task<IResult> HandleAsync(HttpContext http) => Task.FromResult<IResult>(new DocumentResponse(json, TimeSpan.FromHours(1)));
}

using Postern.Protocol;

namespace Postern.Server;

/// <summary>
/// One grant type. It answers what was authorized, and leaves authenticating the client, its permission for the grant,
/// signing and HTTP to the endpoint, so that it cannot forget them.
/// </summary>
internal interface IGrant
{
    /// <summary>The <c>grant_type</c>.</summary>
    string GrantType { get; }

    Task<Result<Authorization>> AuthorizeAsync(ClientRequest request, CancellationToken cancellation);
}

using Postern.Protocol;
using Postern.Storage;

namespace Postern.Server;

/// <summary>
/// The resources that requests name: registered ones, the userinfo endpoint, which is the issuer's, and what a client's tokens are
/// for anyway, whether or not somebody has registered it.
/// </summary>
internal sealed class Resources(ResourceStore store, ServerOptions options)
{
    /// <summary>Those of the named that there are. More than a request may name are not looked for.</summary>
    public async Task<IReadOnlyList<Resource>> FindAsync(RequestParameters parameters, Client client, CancellationToken cancellation)
    {
        var named = parameters.All(Parameters.Resource).Distinct(StringComparer.Ordinal).Take(RequestedResources.MaxCount);
        var found = await Task.WhenAll(named.Select(one => FindAsync(one, client, cancellation)));
        return [.. found.OfType<Resource>()];
    }

    /// <summary>Null: there is none.</summary>
    public async Task<Resource?> FindAsync(string identifier, Client client, CancellationToken cancellation)
    {
        if (await FindRegisteredAsync(identifier, cancellation) is { } registered)
            return registered;
        if (IsDefaultOf(client, identifier))
            return Resource.Unregistered(identifier, client.Scope);
        return identifier == options.Issuer ? Resource.Unregistered(identifier, Scope.OpenIdConnect) : null;
    }

    /// <summary>Null: an operator has registered none of that name.</summary>
    public async Task<Resource?> FindRegisteredAsync(string identifier, CancellationToken cancellation)
    {
        var registered = await store.FindAsync(identifier, cancellation);
        return identifier == options.Issuer ? registered?.With(Scope.OpenIdConnect) : registered;
    }

    /// <summary>Whether the client's tokens are for it where none is named.</summary>
    public bool IsDefaultOf(Client client, string identifier) => identifier == options.AudienceFor(client);

    /// <summary>Those of which people are to read when the request comes to them: what it names, or else what its tokens will be for.</summary>
    public async Task<IReadOnlyList<Resource>> ShownAsync(AuthorizationRequest request, CancellationToken cancellation) =>
        request.Resources.All.Count > 0 ? request.Resources.All : await ShownAsync(request.Client, cancellation);

    /// <summary>What the client's tokens are for where none is named, if somebody has registered it.</summary>
    public async Task<IReadOnlyList<Resource>> ShownAsync(Client client, CancellationToken cancellation) =>
        await store.FindAsync(options.AudienceFor(client), cancellation) is { } registered ? [registered] : [];
}

using Postern.Protocol;

namespace Postern.Server;

/// <summary>Says which resource an access token is for (RFC 8707 §2.2): one, of those that were granted. The same for every grant.</summary>
internal sealed class TokenTargets(Resources resources)
{
    /// <summary>The authorization for the resource that the request names or the grant has; as it is where neither does.</summary>
    public async Task<Result<Authorization>> AimAsync(ClientRequest request, Authorization authorization, CancellationToken cancellation)
    {
        var client = request.Client;
        if (authorization.Exchange is { } exchange)
            return await AimAsync(exchange, client, authorization, cancellation);
        if (RefusesChoice(request, authorization.Grant) is { } unclear)
            return unclear;
        if (Choice(request, authorization.Grant) is not { } identifier)
            return authorization;
        Resource[] known = await resources.FindAsync(identifier, client, cancellation) is { } found ? [found] : [];
        if (!RequestedResources.Parse([identifier], client, known).Succeeds(out var target, out var refusal))
            return refusal;
        if (target.Without(authorization.Scope) is { } idle)
            return OAuthError.InvalidScope("Nothing of the scope is of the resource.")
                .Because(Advice.ScopeOfResource(client, idle, authorization.Scope));
        return authorization with { Resource = target.All[0] };
    }

    // The client's policy has named the audience, whether or not it is registered.
    private async Task<Result<Authorization>> AimAsync(
        Exchange exchange,
        Client client,
        Authorization authorization,
        CancellationToken cancellation
    )
    {
        var registered = await resources.FindRegisteredAsync(exchange.Audience, cancellation);
        if (registered is not null && !exchange.Scope.IsEmpty && exchange.Scope.Intersect(registered.Scope).IsEmpty)
            return OAuthError.InvalidScope("Nothing of the scope is of the resource.")
                .Because(Advice.ScopeOfResource(client, registered, exchange.Scope));
        return authorization with { Resource = registered ?? Resource.Unregistered(exchange.Audience, exchange.Scope) };
    }

    // Two audiences would be one token that either of them could use at the other.
    private OAuthError? RefusesChoice(ClientRequest request, Grant? grant)
    {
        string[] named = [.. request.Parameters.All(Parameters.Resource).Distinct(StringComparer.Ordinal)];
        if (named.Length > 1)
            return OAuthError.InvalidTarget("An access token is for one resource: ask for one at a time.");
        if (grant is null)
            return null;
        if (named.Length == 0 && grant.Resources.Count > 1)
            return OAuthError.InvalidTarget("Several resources were granted: name the one that the access token is for.");
        return named.All(one => grant.Resources.Contains(one) || (grant.Resources.Count == 0 && resources.IsDefaultOf(request.Client, one)))
            ? null
            : OAuthError.InvalidTarget("The resource is not among those that were granted.")
                .Because(Advice.ResourceNotGranted(request.Client, named[0], grant.Resources));
    }

    private static string? Choice(ClientRequest request, Grant? grant) =>
        grant is null ? request.Parameters.All(Parameters.Resource).FirstOrDefault()
        : request.Parameters[Parameters.Resource] is { } named && grant.Resources.Contains(named) ? named
        : grant.Resources is [var first, ..] ? first : null;
}

namespace Postern.Protocol;

/// <summary>The resources that a request names by <c>resource</c> (RFC 8707 §2), each within the client's reach.</summary>
public sealed record RequestedResources
{
    /// <summary>Most resources in one request. Whoever looks them up looks no further.</summary>
    public const int MaxCount = 8;

    // One sentence for both, so that nobody finds out what there is.
    private const string Unknown = "There is no such resource, or not for this client.";

    private RequestedResources(IReadOnlyList<Resource> all) => All = all;

    /// <summary>Nothing named: what is given is for the client's own audience.</summary>
    public static RequestedResources None { get; } = new([]);

    public IReadOnlyList<Resource> All { get; }

    public IEnumerable<string> Identifiers => All.Select(resource => resource.Identifier);

    /// <summary>Of their tokens the one that lasts longest; null where none says.</summary>
    public TimeSpan? LongestLifetime => All.Max(resource => resource.AccessTokenLifetime);

    /// <summary>What is wrong with the resources of the request, or they themselves.</summary>
    /// <param name="named">The values of <c>resource</c>.</param>
    /// <param name="client">Who asks.</param>
    /// <param name="known">Those of the named that there are.</param>
    public static Result<RequestedResources> Parse(IEnumerable<string> named, Client client, IReadOnlyList<Resource> known)
    {
        var identifiers = named.Distinct(StringComparer.Ordinal).ToArray();
        if (identifiers.Length > MaxCount)
            return OAuthError.InvalidTarget("The request names too many resources.");
        var resources = new List<Resource>();
        foreach (var identifier in identifiers)
        {
            if (!Resource.IsIdentifier(identifier))
                return OAuthError.InvalidTarget("A resource must be an absolute URI without a fragment.");
            if (known.FirstOrDefault(one => one.Identifier == identifier) is not { } resource)
                return OAuthError.InvalidTarget(Unknown).Because(Advice.UnknownResource(client, identifier));
            if (client.Scope.Intersect(resource.Scope).IsEmpty)
                return OAuthError.InvalidTarget(Unknown).Because(Advice.ResourceOutOfReach(client, resource));
            resources.Add(resource);
        }
        return new RequestedResources(resources);
    }

    /// <summary>
    /// What of the scope is for one of them, and what is about the person, for the ID token and while they are away. Where nothing
    /// is named, all of it.
    /// </summary>
    public Scope Within(Scope scope) =>
        All.Count == 0 ? scope : scope.Intersect(All.Aggregate(Scope.OpenIdConnect, (all, resource) => all.Union(resource.Scope)));

    /// <summary>One of them of which the scope has nothing; null where there is none such.</summary>
    public Resource? Without(Scope scope) => All.FirstOrDefault(resource => scope.Intersect(resource.Scope).IsEmpty);

    /// <summary>
    /// What people are asked for: a scope value of a resource counts for that resource alone, so that nobody who has allowed it at
    /// one has allowed it at another that calls it the same.
    /// </summary>
    public Scope Disclosed(Scope scope) =>
        All.Count == 0
            ? scope
            : scope.Intersect(Scope.OpenIdConnect).Union(Scope.Of(All.SelectMany(resource => At(resource, scope)).Select(one => one.ToString())));

    private static IEnumerable<ResourceScope> At(Resource resource, Scope scope) =>
        scope.Intersect(resource.Scope).Except(Scope.OpenIdConnect).Values.Select(value => new ResourceScope(resource.Identifier, value));
}

/// <summary>A scope value at one resource, written as one scope value: no identifier has the sign between them.</summary>
public readonly record struct ResourceScope(string Identifier, string Value)
{
    private const char Separator = '#';

    /// <summary>Null for a scope value that is of no resource in particular.</summary>
    public static ResourceScope? TryParse(string text) =>
        text.IndexOf(Separator, StringComparison.Ordinal) is var at and > 0 && Resource.IsIdentifier(text[..at])
            ? new ResourceScope(text[..at], text[(at + 1)..])
            : null;

    public override string ToString() => $"{Identifier}{Separator}{Value}";
}

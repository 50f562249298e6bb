namespace Postern.Protocol;

/// <summary>A browser in which a person has signed in. The cookie carries the handle, the row its hash.</summary>
public sealed record Session
{
    public required RowId Id { get; init; }

    /// <summary>
    /// The session as clients know it: stays the same when the same person proves again that they are there. Names the row that
    /// says it has ended, whose table outlives all that was granted in it.
    /// </summary>
    public required RowId Root { get; init; }

    /// <summary>SHA-256 of the handle's secret.</summary>
    public required byte[] SecretHash { get; init; }

    public required string Subject { get; init; }

    /// <summary>When the person proved who they are: the <c>auth_time</c> (OpenID Connect Core §2).</summary>
    public required DateTimeOffset AuthTime { get; init; }

    /// <summary>How (RFC 8176 §2), for instance <c>pwd</c>.</summary>
    public required IReadOnlyList<string> Amr { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The person's when they signed in.</summary>
    public required string Stamp { get; init; }

    /// <summary>How long after its session the last grant of it may end.</summary>
    public static readonly TimeSpan MaxAftermath = Lifetimes.MaxRefreshToken;

    public bool IsHeldBy(Handle handle) => Strict.HashEquals(SecretHash, handle.SecretHash);
}

/// <summary>What a person allowed a client, once and until they take it back.</summary>
public sealed record Consent
{
    public required string Subject { get; init; }

    public required string ClientId { get; init; }

    public required Scope Scope { get; init; }

    /// <summary>Of the client as it was registered then.</summary>
    public required string Registration { get; init; }

    public required DateTimeOffset GrantedAt { get; init; }

    /// <summary>Another one, with an empty scope, takes everything back; see <see cref="Account.Stamp"/>.</summary>
    public string Stamp { get; init; } = "";

    /// <summary>What is on record once the person allows the client <paramref name="disclosure"/> too.</summary>
    public static Consent Given(Account account, Client client, Scope disclosure, DateTimeOffset now) =>
        new()
        {
            Subject = account.User.Subject,
            ClientId = client.ClientId,
            Registration = client.Registration,
            // Of what was allowed before, that which the client may still ask for.
            Scope = disclosure.Union(Earlier(account, client)),
            GrantedAt = now,
        };

    // What does not fit beside it is asked for again.
    private static Scope Earlier(Account account, Client client) =>
        account.Consent?.KeptFor(client) is { } kept && kept.ToString().Length < AuthorizationRequest.MaxDisclosure ? kept : Scope.Empty;

    /// <summary>The same without what the client may not ask for any more, at whichever resource.</summary>
    public Scope KeptFor(Client client)
    {
        var mayAsk = client.Scope.Union(Scope.Offline);
        return Scope.Of(ScopeFor(client).Values.Where(one => mayAsk.Contains(ResourceScope.TryParse(one)?.Value ?? one)));
    }

    /// <summary>What the client need not ask for again: nothing of what another registration of its id was allowed.</summary>
    public Scope ScopeFor(Client client) => Registration == client.Registration ? Scope : Scope.Empty;
}

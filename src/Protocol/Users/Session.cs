namespace Postern.Protocol;

/// <summary>A browser in which a person has signed in. The cookie carries the handle, the row its hash.</summary>
public sealed record Session
{
    public required RowId Id { get; init; }

    /// <summary>SHA-256 of the handle's secret.</summary>
    public required byte[] SecretHash { get; init; }

    public required string Subject { get; init; }

    /// <summary>When the person proved who they are: the <c>auth_time</c> (OpenID Connect Core §2).</summary>
    public required DateTimeOffset AuthTime { get; init; }

    /// <summary>How (RFC 8176 §2), for instance <c>pwd</c>.</summary>
    public required IReadOnlyList<string> Amr { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public bool IsHeldBy(Handle handle) => Strict.HashEquals(SecretHash, handle.SecretHash);
}

/// <summary>What a person allowed a client, once and until they take it back.</summary>
public sealed record Consent
{
    public required string Subject { get; init; }

    public required string ClientId { get; init; }

    public required Scope Scope { get; init; }

    public required DateTimeOffset GrantedAt { get; init; }

    /// <summary>Everything authorized for this client before this instant is void.</summary>
    public DateTimeOffset NotBefore { get; init; } = DateTimeOffset.MinValue;

    /// <summary>Whether they need not be asked again; what was taken back and not given anew covers nothing.</summary>
    public bool Covers(Scope scope) => GrantedAt >= NotBefore && scope.IsSubsetOf(Scope);
}

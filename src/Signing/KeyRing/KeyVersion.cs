namespace Postern.Signing;

/// <summary>What decides about one version of a signing key: instants and whether it is enabled. Holds no key.</summary>
/// <param name="Id">Tells versions apart.</param>
/// <param name="KeyType"><c>kty</c>.</param>
/// <param name="CreatedAt">When it came into being.</param>
internal sealed record KeyVersion(string Id, string KeyType, DateTimeOffset CreatedAt)
{
    private readonly DateTimeOffset? updatedAt;

    /// <summary>When the attributes below last changed. What they were before is not known.</summary>
    public DateTimeOffset UpdatedAt { get => updatedAt ?? CreatedAt; init => updatedAt = value; }

    public DateTimeOffset? NotBefore { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public bool Enabled { get; init; } = true;

    /// <summary>Whether it may sign at that instant.</summary>
    public bool IsGood(DateTimeOffset at) => Enabled && (NotBefore is not { } from || from <= at) && (ExpiresAt is not { } end || at < end);

    /// <summary>Whether it may sign at that instant or, before its last change, may have been allowed to.</summary>
    public bool MayHaveBeenGood(DateTimeOffset at) => IsGood(at) || (Enabled && at < UpdatedAt);
}

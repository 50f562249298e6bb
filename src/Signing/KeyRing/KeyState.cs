namespace Postern.Signing;

/// <summary>Where a key stands in its life.</summary>
public enum KeyState
{
    /// <summary>Published, so that verifiers know it when it starts to sign.</summary>
    Next,

    /// <summary>Signs.</summary>
    Current,

    /// <summary>No longer signs; published until the last token it signed has expired.</summary>
    Retired,

    /// <summary>Neither signs nor is published: everything it signed has expired.</summary>
    Past,

    /// <summary>Neither signs nor is published, because somebody disabled or withdrew it.</summary>
    Withdrawn,
}

/// <summary>A signing key as an operator sees it.</summary>
/// <param name="KeyId">The <c>kid</c> of its tokens.</param>
/// <param name="KeyType"><c>kty</c>.</param>
/// <param name="Location">Where it is kept: a version in the vault, or a row.</param>
/// <param name="State">Where it stands.</param>
/// <param name="CreatedAt">When it came into being.</param>
public sealed record SigningKey(string KeyId, string KeyType, string Location, KeyState State, DateTimeOffset CreatedAt)
{
    /// <summary>When it began to sign or, as the others stand now, will begin; null where it never does.</summary>
    public DateTimeOffset? SignsFrom { get; init; }

    /// <summary>When it will be published no more; null where nothing has taken its place yet, or it is not published.</summary>
    public DateTimeOffset? PublishedUntil { get; init; }

    /// <summary>When the vault will no longer sign with it, where that was set.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}

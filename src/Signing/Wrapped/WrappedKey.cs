namespace Postern.Signing;

/// <summary>A signing key as it is stored: public half in clear, private half for the vault's eyes only.</summary>
public sealed record WrappedKey
{
    /// <summary><c>kty</c>.</summary>
    public required string KeyType { get; init; }

    /// <summary>1, 2, 3 … within the type. Instances that create the next key at once collide here, and one wins.</summary>
    public required int Generation { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Since when it is no longer trusted: it neither signs nor is published.</summary>
    public DateTimeOffset? WithdrawnAt { get; init; }

    /// <summary>SubjectPublicKeyInfo.</summary>
    public required byte[] PublicKey { get; init; }

    /// <summary>The version of the vault's key that wraps it, as name and version.</summary>
    public required string WrappingKey { get; init; }

    /// <summary>The private half, sealed; some two kilobytes at most.</summary>
    public required byte[] Sealed { get; init; }

    /// <summary>What the table gave with the row; empty for a key that is not stored yet.</summary>
    public string ETag { get; init; } = "";

    /// <summary>Unique, and fit for a row key.</summary>
    public string Name => $"{KeyType}-{Generation:D6}";
}

using Azure.Core;

namespace Azure.Security.KeyVault.Keys;

public class KeyClientOptions : ClientOptions;

/// <summary>A key as <c>get</c> answers it.</summary>
internal sealed record KeyVaultKey(JsonWebKey Key, KeyProperties Properties)
{
    public KeyType KeyType => Key.KeyType;
}

/// <summary>The public half: <c>n</c> and <c>e</c>, or <c>crv</c>, <c>x</c> and <c>y</c> (RFC 7518 §6).</summary>
internal sealed record JsonWebKey(KeyType KeyType, KeyCurveName? CurveName, byte[]? X, byte[]? Y)
{
    public byte[]? N { get; set; }

    public byte[]? E { get; set; }
}

/// <summary>The identity (<c>kid</c>) and attributes of one version.</summary>
internal sealed record KeyProperties(Uri Id)
{
    public bool? Enabled { get; set; }

    public DateTimeOffset? CreatedOn { get; init; }

    public DateTimeOffset? UpdatedOn { get; init; }

    public DateTimeOffset? NotBefore { get; init; }

    public DateTimeOffset? ExpiresOn { get; init; }
}

internal readonly record struct KeyType(string Value)
{
    public override string ToString() => Value;
}

internal readonly record struct KeyCurveName(string Value)
{
    public static KeyCurveName P256 => new("P-256");

    public override string ToString() => Value;
}

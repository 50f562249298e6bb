using Postern.Signing;

namespace Postern.Cli;

/// <summary>What is shown of a signing key.</summary>
internal static class KeyFacts
{
    public static readonly string[] Columns = ["kid", "kty", "state", "created_at", "signs_from", "published_until", "location"];

    public static IReadOnlyList<Fact> Of(SigningKey key) =>
        [
            new("kid", key.KeyId),
            new("kty", key.KeyType),
            new("state", NameOf(key.State)),
            new("created_at", key.CreatedAt),
            new("signs_from", key.SignsFrom),
            new("published_until", key.PublishedUntil),
            new("expires_at", key.ExpiresAt),
            new("location", key.Location),
        ];

    private static string NameOf(KeyState state) =>
        state switch
        {
            KeyState.Next => "next",
            KeyState.Current => "signing",
            KeyState.Retired => "retired",
            KeyState.Withdrawn => "withdrawn",
            _ => "past",
        };
}

using System.Text.Json;

namespace Postern.Protocol;

/// <summary>
/// A token on the way from the first to the one that was had in exchange for it, perhaps over several. The last one names them all, for
/// it ends with each of them, and none of them is written down anywhere else.
/// </summary>
/// <param name="Of">Whose it was: a client, by its id, or of the first one another issuer, which no client's id can be taken for.</param>
/// <param name="Audience">Whom it was for.</param>
/// <param name="Id">Its <c>jti</c>.</param>
/// <param name="ExpiresAt">Its end.</param>
public sealed record ExchangedToken(string Of, IReadOnlyList<string> Audience, string Id, DateTimeOffset ExpiresAt)
{
    public const string Claim = "exchanged";

    /// <summary>Whether another issuer's token was exchanged: nobody knows here whether it still counts.</summary>
    public bool IsForeign => Of.Contains(':', StringComparison.Ordinal);

    /// <summary>Whether the client was called with it, as the resource server that it is for.</summary>
    public bool IsFor(Client client) => client.ProtectedResource is { } resource && Audience.Contains(resource);

    /// <summary>Writes them as a claim, the first one first.</summary>
    public static void Write(Utf8JsonWriter writer, IEnumerable<ExchangedToken> tokens)
    {
        writer.WriteStartArray(Claim);
        foreach (var token in tokens)
        {
            writer.WriteStartObject();
            writer.WriteString("client_id", token.Of);
            writer.WriteArray("aud", token.Audience);
            writer.WriteString("jti", token.Id);
            writer.WriteNumber("exp", token.ExpiresAt.ToUnixTimeSeconds());
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    /// <summary>Reads what <see cref="Write"/> has written; empty where there is none.</summary>
    public static IReadOnlyList<ExchangedToken> Read(JsonElement claims) =>
        claims.TryGetProperty(Claim, out var tokens) ? [.. tokens.EnumerateArray().Select(ReadOne)] : [];

    private static ExchangedToken ReadOne(JsonElement token) =>
        new(
            token.GetProperty("client_id").GetString()!,
            [.. token.GetProperty("aud").EnumerateArray().Select(one => one.GetString()!)],
            token.GetProperty("jti").GetString()!,
            DateTimeOffset.FromUnixTimeSeconds(token.GetProperty("exp").GetInt64())
        );
}

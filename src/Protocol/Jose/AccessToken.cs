using System.Text.Json;

namespace Postern.Protocol;

/// <summary>A JWT access token (RFC 9068 §2.2).</summary>
public sealed record AccessToken
{
    public required string Issuer { get; init; }

    /// <summary>The person, or the client itself where no person is involved.</summary>
    public required string Subject { get; init; }

    public required string ClientId { get; init; }

    public required IReadOnlyList<string> Audience { get; init; }

    public required Scope Scope { get; init; }

    public required DateTimeOffset IssuedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Unique. Starts with the grant's row id and a dot where there is a grant, so that its end can be noticed.</summary>
    public required string Id { get; init; }

    public DateTimeOffset? AuthTime { get; init; }

    public IReadOnlyList<string> Amr { get; init; } = [];

    /// <summary>The grant under which it was issued; null for client credentials.</summary>
    public RowId? Grant => Id.Split('.') is [var row, _] ? RowId.TryParse(row) : null;

    /// <summary>The claims, as JSON.</summary>
    public byte[] ToClaims()
    {
        return Json.Object(writer =>
        {
            writer.WriteString("iss", Issuer);
            writer.WriteString("sub", Subject);
            writer.WriteAudience(Audience);
            writer.WriteString("client_id", ClientId);
            writer.WriteScope(Scope);
            writer.WriteNumber("iat", IssuedAt.ToUnixTimeSeconds());
            writer.WriteNumber("exp", ExpiresAt.ToUnixTimeSeconds());
            writer.WriteString("jti", Id);
            writer.WriteAuthentication(AuthTime, Amr);
        });
    }

    /// <summary>A token that this server signed for itself or a resource server and that has not expired, else null (RFC 9068 §4).</summary>
    public static AccessToken? TryVerify(string token, IEnumerable<Jwk> keys, string issuer, DateTimeOffset now)
    {
        if (Jws.Verify(token, Jws.AccessTokenType, keys) is not { } claims || claims.GetProperty("iss").GetString() != issuer)
            return null;
        // The signature is ours, so the claims have the shape that ToClaims gave them.
        var accessToken = new AccessToken
        {
            Issuer = issuer,
            Subject = claims.GetProperty("sub").GetString()!,
            ClientId = claims.GetProperty("client_id").GetString()!,
            Audience = Texts(claims.GetProperty("aud")),
            Scope = claims.TryGetProperty("scope", out var scope) ? Scope.TryParse(scope.GetString())! : Scope.Empty,
            IssuedAt = Instant(claims.GetProperty("iat")),
            ExpiresAt = Instant(claims.GetProperty("exp")),
            Id = claims.GetProperty("jti").GetString()!,
            AuthTime = claims.TryGetProperty("auth_time", out var authTime) ? Instant(authTime) : null,
            Amr = claims.TryGetProperty("amr", out var amr) ? Texts(amr) : [],
        };
        return now < accessToken.ExpiresAt ? accessToken : null;
    }

    private static DateTimeOffset Instant(JsonElement seconds) => DateTimeOffset.FromUnixTimeSeconds(seconds.GetInt64());

    private static string[] Texts(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(one => one.GetString()!)] : [value.GetString()!];
}

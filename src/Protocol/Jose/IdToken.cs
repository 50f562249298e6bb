using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Postern.Protocol;

/// <summary>An ID token (OpenID Connect Core §2).</summary>
public sealed record IdToken
{
    public required string Issuer { get; init; }

    public required string Subject { get; init; }

    /// <summary>The client.</summary>
    public required string Audience { get; init; }

    public required DateTimeOffset IssuedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public required DateTimeOffset AuthTime { get; init; }

    public required IReadOnlyList<string> Amr { get; init; }

    public required string? Nonce { get; init; }

    /// <summary>The <c>jti</c>, by which it is known under which grant it was issued; see <see cref="TokenId"/>.</summary>
    public required string Id { get; init; }

    /// <summary>
    /// The <c>sid</c>: by what the client knows the session (Front-Channel Logout §3, Back-Channel Logout §2.1); null where it has
    /// no part in one.
    /// </summary>
    public required string? SessionId { get; init; }

    /// <summary>The access token that travels with it, for <c>at_hash</c> (§3.1.3.6).</summary>
    public required string AccessToken { get; init; }

    /// <summary>Claims about the person (§5.4, §5.5).</summary>
    public IEnumerable<KeyValuePair<string, JsonElement>> UserClaims { get; init; } = [];

    /// <summary>The claims, as JSON.</summary>
    public byte[] ToClaims()
    {
        return Json.Object(writer =>
        {
            writer.WriteString("iss", Issuer);
            writer.WriteString("sub", Subject);
            writer.WriteString("aud", Audience);
            writer.WriteNumber("iat", IssuedAt.ToUnixTimeSeconds());
            writer.WriteNumber("exp", ExpiresAt.ToUnixTimeSeconds());
            writer.WriteString("jti", Id);
            writer.WriteAuthentication(AuthTime, Amr);
            if (Nonce is not null)
                writer.WriteString("nonce", Nonce);
            if (SessionId is not null)
                writer.WriteString("sid", SessionId);
            writer.WriteString("at_hash", HalfHash(AccessToken));
            writer.WriteMembers(UserClaims);
        });
    }

    /// <summary>Holds an access token, so it says only for whom.</summary>
    public override string ToString() => $"{nameof(IdToken)} for {Audience}";

    /// <summary>
    /// The subject of an id_token_hint: an ID token which this server signed for this client, expired or not
    /// (OpenID Connect Core §3.1.2.1). Null for anything else.
    /// </summary>
    public static string? SubjectOfHint(string hint, IEnumerable<Jwk> keys, string issuer, string clientId) =>
        IdTokenHint.TryRead(hint, keys, issuer) is { } read && read.ClientId == clientId ? read.Subject : null;

    /// <summary>
    /// An unexpired ID token that this server signed, for a client or another to exchange, in the shape of an access token: the client's,
    /// for the client, and without a scope. Null for anything else.
    /// </summary>
    public static AccessToken? TryVerify(string token, IEnumerable<Jwk> keys, string issuer, DateTimeOffset now)
    {
        var verified = Jws.Verify(token, Jws.IdTokenType, keys, expected =>
        {
            (expected.ValidateIssuer, expected.ValidIssuer) = (true, issuer);
            (expected.ValidateLifetime, expected.RequireExpirationTime) = (true, true);
            expected.LifetimeValidator = (_, expires, _, _) => now.UtcDateTime < expires;
        });
        // Those of before there was a jti name no grant, so nobody could tell whether they still count.
        return verified is { Id.Length: > 0 } && verified.Audiences.ToArray() is [var client] ? Presented(verified, client) : null;
    }

    private static AccessToken Presented(JsonWebToken token, string client) =>
        new()
        {
            Issuer = token.Issuer,
            Subject = token.Subject,
            ClientId = client,
            Audience = [client],
            Scope = Scope.Empty,
            IssuedAt = token.IssuedAt,
            ExpiresAt = token.ValidTo,
            Id = token.Id,
            AuthTime = token.TryGetPayloadValue("auth_time", out long seconds) ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null,
            Amr = token.TryGetPayloadValue("amr", out string[] amr) ? amr : [],
        };

    // Every algorithm here hashes with SHA-256.
    private static string HalfHash(string token) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(token)).AsSpan(0, 16));
}

using System.Buffers.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;

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

    /// <summary>The <c>jti</c>; see <see cref="TokenId"/>.</summary>
    public required string Id { get; init; }

    public DateTimeOffset? AuthTime { get; init; }

    public IReadOnlyList<string> Amr { get; init; } = [];

    /// <summary>Who acts for the subject; null: the subject itself, or nobody says (RFC 8693 §4.1).</summary>
    public Actor? Act { get; init; }

    /// <summary>Its <c>may_act</c>; see <see cref="Protocol.MayAct"/>.</summary>
    public JsonElement? MayAct { get; init; }

    /// <summary>The tokens that it was exchanged for, the first one first; empty for any other token.</summary>
    public IReadOnlyList<ExchangedToken> Exchanged { get; init; } = [];

    /// <summary>The same with this one behind them.</summary>
    public IReadOnlyList<ExchangedToken> Chain => [.. Exchanged, new ExchangedToken(ClientId, Audience, Id, ExpiresAt)];

    /// <summary>What it ends with: the row id of its grant or, for client credentials, the client's registration.</summary>
    public string Origin => TokenId.Parse(Id).Origin;

    /// <summary>The grant under which it was issued; null for client credentials.</summary>
    public RowId? Grant => RowId.TryParse(Origin);

    /// <summary>
    /// The generation of the refresh token that it came with, or that it was got by where those do not rotate; null without one.
    /// By it can be noticed that both have arrived.
    /// </summary>
    public int? RefreshGeneration => TokenId.Parse(Id).RefreshGeneration;

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
            Act?.Write(writer);
            if (MayAct is { } mayAct)
                writer.WriteMembers([KeyValuePair.Create(Protocol.MayAct.Claim, mayAct)]);
            if (Exchanged.Count > 0)
                ExchangedToken.Write(writer, Exchanged);
        });
    }

    /// <summary>A token that this server signed for itself or a resource server and that has not expired, else null (RFC 9068 §4).</summary>
    /// <remarks>Whom it is for is a question of the endpoint that it is presented to.</remarks>
    public static AccessToken? TryVerify(string token, IEnumerable<Jwk> keys, string issuer, DateTimeOffset now)
    {
        var verified = Jws.Verify(token, Jws.AccessTokenType, keys, expected =>
        {
            (expected.ValidateIssuer, expected.ValidIssuer) = (true, issuer);
            (expected.ValidateLifetime, expected.RequireExpirationTime) = (true, true);
            expected.LifetimeValidator = (_, expires, _, _) => now.UtcDateTime < expires;
        });
        // The signature is ours, so the claims have the shape that ToClaims gave them.
        return verified is null ? null : Of(verified);
    }

    private static AccessToken Of(JsonWebToken token)
    {
        using var payload = JsonDocument.Parse(Base64Url.DecodeFromChars(token.EncodedPayload));
        var claims = payload.RootElement;
        return new AccessToken
        {
            Issuer = token.Issuer,
            Subject = token.Subject,
            ClientId = token.GetPayloadValue<string>("client_id"),
            Audience = [.. token.Audiences],
            Scope = token.TryGetPayloadValue("scope", out string scope) ? Scope.TryParse(scope)! : Scope.Empty,
            IssuedAt = token.IssuedAt,
            ExpiresAt = token.ValidTo,
            Id = token.Id,
            AuthTime = token.TryGetPayloadValue("auth_time", out long seconds) ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null,
            Amr = token.TryGetPayloadValue("amr", out string[] amr) ? amr : [],
            Act = Actor.Read(claims),
            MayAct = claims.TryGetProperty(Protocol.MayAct.Claim, out var mayAct) ? mayAct.Clone() : null,
            Exchanged = ExchangedToken.Read(claims),
        };
    }
}

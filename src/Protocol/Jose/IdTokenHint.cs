using Microsoft.IdentityModel.JsonWebTokens;

namespace Postern.Protocol;

/// <summary>An ID token that comes back as a hint, expired or not: this server signed it once, and says so again.</summary>
/// <param name="Subject">Whom it is about.</param>
/// <param name="ClientId">Whom it was issued to.</param>
/// <param name="SessionId">Its <c>sid</c>; null in those of before there were any.</param>
public sealed record IdTokenHint(string Subject, string ClientId, string? SessionId)
{
    /// <summary>Null for anything but an ID token of this server.</summary>
    public static IdTokenHint? TryRead(string hint, IEnumerable<Jwk> keys, string issuer)
    {
        var verified = Jws.Verify(
            hint,
            Jws.IdTokenType,
            keys,
            expected => (expected.ValidateIssuer, expected.ValidIssuer) = (true, issuer)
        );
        return verified is { Subject.Length: > 0 } token && token.Audiences.ToArray() is [var clientId]
            ? new IdTokenHint(token.Subject, clientId, token.TryGetPayloadValue(JwtRegisteredClaimNames.Sid, out string sid) ? sid : null)
            : null;
    }

    /// <summary>Whether it was issued in this very session, so that whoever sends it may end it (RP-Initiated Logout §2, §6).</summary>
    public bool IsOf(Session session) =>
        Subject == session.Subject && SessionId == ClientLogout.SessionIdFor(session.Root, ClientId);
}

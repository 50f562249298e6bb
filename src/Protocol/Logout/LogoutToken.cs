namespace Postern.Protocol;

/// <summary>Tells a client that a session of one of its people is over (Back-Channel Logout §2.4).</summary>
public sealed record LogoutToken
{
    /// <summary>From signing to the client's look at it (§2.4 recommends two minutes at most).</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(2);

    private const string Event = "http://schemas.openid.net/event/backchannel-logout";

    public required string Issuer { get; init; }

    /// <summary>The client.</summary>
    public required string Audience { get; init; }

    public required string Subject { get; init; }

    /// <summary>As in the client's ID tokens of that session.</summary>
    public required string SessionId { get; init; }

    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>The <c>jti</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The claims, as JSON. Never a nonce, by which an ID token could be told apart no more (§2.4).</summary>
    public byte[] ToClaims() =>
        Json.Object(writer =>
        {
            writer.WriteString("iss", Issuer);
            writer.WriteString("sub", Subject);
            writer.WriteString("aud", Audience);
            writer.WriteNumber("iat", IssuedAt.ToUnixTimeSeconds());
            writer.WriteNumber("exp", (IssuedAt + Lifetime).ToUnixTimeSeconds());
            writer.WriteString("jti", Id);
            writer.WriteString("sid", SessionId);
            writer.WriteStartObject("events");
            writer.WriteStartObject(Event);
            writer.WriteEndObject();
            writer.WriteEndObject();
        });
}

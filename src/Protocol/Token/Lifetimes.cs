namespace Postern.Protocol;

/// <summary>How long things last: the server's defaults, which a client may override.</summary>
public sealed record Lifetimes
{
    public static readonly TimeSpan MaxCode = TimeSpan.FromMinutes(10);
    public static readonly TimeSpan MinAccessToken = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan MaxAccessToken = TimeSpan.FromDays(1);
    public static readonly TimeSpan MaxRefreshGrace = TimeSpan.FromMinutes(30);
    public static readonly TimeSpan MaxRefreshToken = TimeSpan.FromDays(400);

    /// <summary>From authorization to redemption.</summary>
    public TimeSpan Code { get; init; } = TimeSpan.FromSeconds(60);

    public TimeSpan AccessToken { get; init; } = TimeSpan.FromMinutes(15);

    public TimeSpan IdToken { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Sliding: from the last use.</summary>
    public TimeSpan RefreshToken { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Absolute: from the authorization.</summary>
    public TimeSpan RefreshTokenMax { get; init; } = TimeSpan.FromDays(90);

    /// <summary>
    /// How long at most a rotated refresh token still yields the token that replaced it, for clients whose connection broke. It
    /// ends sooner once that token, or an access token of it, is seen in use; so it may outlast an outage.
    /// </summary>
    public TimeSpan RefreshGrace { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The same with what the client overrides.</summary>
    public Lifetimes For(Client client)
    {
        var max = client.RefreshTokenMaxLifetime ?? RefreshTokenMax;
        var sliding = client.RefreshTokenLifetime ?? RefreshToken;
        return this with
        {
            Code = client.CodeLifetime ?? Code,
            AccessToken = client.AccessTokenLifetime ?? AccessToken,
            RefreshToken = sliding < max ? sliding : max,
            RefreshTokenMax = max,
        };
    }
}

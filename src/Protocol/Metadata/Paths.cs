namespace Postern.Protocol;

/// <summary>Where the endpoints are below the issuer and a slash. Each is a function of its own.</summary>
public static class Paths
{
    public const string Authorize = "authorize";
    public const string Token = "token";
    public const string Refresh = "refresh";
    public const string Revoke = "revoke";
    public const string Introspect = "introspect";
    public const string UserInfo = "userinfo";
    public const string Jwks = "jwks";
    public const string SignIn = "signin";
    public const string Consent = "consent";

    /// <summary>Where clients start, and where people type the code (RFC 8628 §3.1, §3.3).</summary>
    public const string DeviceAuthorization = "device_authorization";
    public const string Device = "device";

    /// <summary>Where clients ask a person (CIBA Core §4), and where people answer.</summary>
    public const string BackchannelAuthentication = "bc-authorize";
    public const string Approvals = "approvals";

    public const string SignOut = "signout";
    public const string Assets = "assets";
    public const string HealthLive = "health/live";
    public const string HealthReady = "health/ready";

    /// <summary>RFC 8414 §3.</summary>
    public const string AuthorizationServerMetadata = ".well-known/oauth-authorization-server";

    /// <summary>OpenID Connect Discovery §4.</summary>
    public const string OpenIdConfiguration = ".well-known/openid-configuration";

    /// <summary>Metadata name and path of each endpoint that clients look up.</summary>
    public static IReadOnlyList<(string Name, string Path)> Announced { get; } =
    [
        ("authorization_endpoint", Authorize),
        ("token_endpoint", Token),
        ("revocation_endpoint", Revoke),
        ("introspection_endpoint", Introspect),
        ("userinfo_endpoint", UserInfo),
        ("device_authorization_endpoint", DeviceAuthorization),
        ("backchannel_authentication_endpoint", BackchannelAuthentication),
        ("jwks_uri", Jwks),
        ("end_session_endpoint", SignOut),
    ];
}

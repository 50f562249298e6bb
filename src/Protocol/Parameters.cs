namespace Postern.Protocol;

/// <summary>Wire names that more than one file reads, as registered (OAuth Parameters registry).</summary>
public static class Parameters
{
    public const string AccessToken = "access_token";
    public const string Assertion = "assertion";
    public const string Audience = "audience";
    public const string ClientAssertion = "client_assertion";
    public const string ClientAssertionType = "client_assertion_type";
    public const string ClientId = "client_id";
    public const string ClientSecret = "client_secret";
    public const string Code = "code";
    public const string CodeVerifier = "code_verifier";
    public const string Error = "error";
    public const string ErrorDescription = "error_description";
    public const string GrantType = "grant_type";
    public const string IdTokenHint = "id_token_hint";
    public const string Iss = "iss";
    public const string PostLogoutRedirectUri = "post_logout_redirect_uri";
    public const string RedirectUri = "redirect_uri";
    public const string RefreshToken = "refresh_token";
    public const string RequestedTokenUse = "requested_token_use";
    public const string Resource = "resource";
    public const string ResponseMode = "response_mode";
    public const string Scope = "scope";
    public const string State = "state";
    public const string Token = "token";
}

/// <summary>OAuth Grant Types (RFC 7591 §2).</summary>
public static class GrantTypes
{
    public const string AuthorizationCode = "authorization_code";
    public const string ClientCredentials = "client_credentials";
    public const string RefreshToken = "refresh_token";

    /// <summary>RFC 8628 §3.4.</summary>
    public const string DeviceCode = "urn:ietf:params:oauth:grant-type:device_code";

    /// <summary>CIBA Core §10.1.</summary>
    public const string Ciba = "urn:openid:params:grant-type:ciba";

    /// <summary>RFC 7523 §2.1, and Microsoft's on-behalf-of flow.</summary>
    public const string JwtBearer = "urn:ietf:params:oauth:grant-type:jwt-bearer";

    /// <summary>RFC 8693 §2.1.</summary>
    public const string TokenExchange = "urn:ietf:params:oauth:grant-type:token-exchange";

    /// <summary>Those that a person's authorization comes with, under which there may be refresh tokens.</summary>
    public static IReadOnlyList<string> OfPeople { get; } = [AuthorizationCode, DeviceCode, Ciba];

    /// <summary>All that a client can be registered for.</summary>
    public static IReadOnlyList<string> All { get; } =
        [AuthorizationCode, RefreshToken, ClientCredentials, DeviceCode, Ciba, JwtBearer, TokenExchange];
}

/// <summary>OAuth Token Endpoint Authentication Methods (RFC 7591 §2).</summary>
public static class ClientAuthenticationMethods
{
    public const string None = "none";
    public const string ClientSecretBasic = "client_secret_basic";
    public const string ClientSecretPost = "client_secret_post";

    /// <summary>RFC 7523 §2.2, OpenID Connect Core §9.</summary>
    public const string PrivateKeyJwt = "private_key_jwt";

    /// <summary>The <c>client_assertion_type</c> that goes with it.</summary>
    public const string JwtBearerAssertion = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    /// <summary>Those of a client that has a secret.</summary>
    public static IReadOnlyList<string> WithSecret { get; } = [ClientSecretBasic, ClientSecretPost];

    /// <summary>Those of a client that has something to prove itself with.</summary>
    public static IReadOnlyList<string> Confidential { get; } = [.. WithSecret, PrivateKeyJwt];

    public static IReadOnlyList<string> All { get; } = [.. Confidential, None];
}

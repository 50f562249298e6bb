namespace Postern.Protocol;

/// <summary>
/// What this server can do, once: published at the well-known paths, and what requests and registrations are held to
/// (RFC 8414 §2, OpenID Connect Discovery §3).
/// </summary>
/// <param name="Issuer">The issuer identifier, without a slash at its end.</param>
/// <param name="GrantTypes">The grants which the token endpoint has.</param>
/// <param name="Scopes">The scope values to announce.</param>
public sealed record ServerMetadata(string Issuer, IReadOnlyList<string> GrantTypes, IReadOnlyList<string> Scopes)
{
    /// <summary>The absolute URL of an endpoint.</summary>
    public string Endpoint(string path) => $"{Issuer}/{path}";

    public byte[] ToJson()
    {
        return Json.Object(writer =>
        {
            writer.WriteString("issuer", Issuer);
            foreach (var (name, path) in Paths.Announced)
                writer.WriteString(name, Endpoint(path));
            writer.WriteArray("scopes_supported", Scopes);
            writer.WriteArray("response_types_supported", ResponseTypes.All);
            writer.WriteArray("response_modes_supported", ResponseModes.All);
            writer.WriteArray("grant_types_supported", GrantTypes);
            writer.WriteArray("code_challenge_methods_supported", [Pkce.S256]);
            foreach (var endpoint in AuthenticatingEndpoints)
            {
                var methods = endpoint == "introspection" ? ClientAuthenticationMethods.Confidential : ClientAuthenticationMethods.All;
                writer.WriteArray($"{endpoint}_endpoint_auth_methods_supported", methods);
                writer.WriteArray($"{endpoint}_endpoint_auth_signing_alg_values_supported", SigningAlgorithms.All);
            }
            writer.WriteArray("subject_types_supported", ["public"]);
            writer.WriteArray("id_token_signing_alg_values_supported", SigningAlgorithms.All);
            writer.WriteArray("claims_supported", [.. StandardClaims, .. UserClaims.Supported]);
            writer.WriteArray("acr_values_supported", AuthenticationContexts.All);
            writer.WriteArray("prompt_values_supported", Prompts.All);
            writer.WriteArray("display_values_supported", ["page"]);
            writer.WriteArray("backchannel_token_delivery_modes_supported", ["poll", "ping"]);
            writer.WriteBoolean("backchannel_user_code_parameter_supported", false);
            writer.WriteBoolean("claims_parameter_supported", true);
            writer.WriteBoolean("request_parameter_supported", false);
            writer.WriteBoolean("request_uri_parameter_supported", false);
            writer.WriteBoolean("authorization_response_iss_parameter_supported", true);
            writer.WriteBoolean("backchannel_logout_supported", true);
            writer.WriteBoolean("backchannel_logout_session_supported", true);
            writer.WriteBoolean("frontchannel_logout_supported", true);
            writer.WriteBoolean("frontchannel_logout_session_supported", true);
        });
    }

    private static readonly string[] AuthenticatingEndpoints = ["token", "revocation", "introspection"];

    private static readonly string[] StandardClaims =
        ["iss", "sub", "aud", "exp", "iat", "jti", "auth_time", "acr", "amr", "nonce", "at_hash", "sid"];
}

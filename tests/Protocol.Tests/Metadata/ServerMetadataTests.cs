using System.Text.Json;
using Postern.Protocol;

namespace Postern.Tests;

public class ServerMetadataTests
{
    private static readonly JsonElement Json = JsonDocument
        .Parse(new ServerMetadata(Some.Issuer, [GrantTypes.AuthorizationCode, GrantTypes.RefreshToken], ["openid", "orders"]).ToJson())
        .RootElement;

    [Conformance("oidcc-discovery-endpoint-verification")]
    [Theory, Rfc(8414, "2"), Spec("OIDC Discovery", "3")]
    [InlineData("issuer", JsonValueKind.String)]
    [InlineData("authorization_endpoint", JsonValueKind.String)]
    [InlineData("token_endpoint", JsonValueKind.String)]
    [InlineData("jwks_uri", JsonValueKind.String)]
    [InlineData("response_types_supported", JsonValueKind.Array)]
    [InlineData("subject_types_supported", JsonValueKind.Array)]
    [InlineData("id_token_signing_alg_values_supported", JsonValueKind.Array)]
    [InlineData("scopes_supported", JsonValueKind.Array)]
    [InlineData("grant_types_supported", JsonValueKind.Array)]
    [InlineData("token_endpoint_auth_methods_supported", JsonValueKind.Array)]
    [InlineData("claims_supported", JsonValueKind.Array)]
    public void What_is_required_or_recommended_is_there(string name, JsonValueKind kind) => Assert.Equal(kind, Json.GetProperty(name).ValueKind);

    [Fact, Rfc(8414, "2")]
    public void Every_URL_is_under_the_issuer()
    {
        var urls = Json.EnumerateObject()
            .Where(member => member.Name == "jwks_uri" || member.Name.EndsWith("_endpoint", StringComparison.Ordinal))
            .ToArray();
        Assert.Equal(Paths.Announced.Count, urls.Length);
        Assert.All(urls, url => Assert.StartsWith(Some.Issuer + "/", url.Value.GetString(), StringComparison.Ordinal));
        Assert.Equal(urls.Length, urls.Select(url => url.Value.GetString()).Distinct().Count());
    }

    [Theory, Rfc(8414, "3.3")]
    [InlineData("https://issuer.example")]
    [InlineData("https://issuer.example/tenant")]
    public void The_issuer_is_as_it_was_configured(string issuer)
    {
        var metadata = new ServerMetadata(issuer, [], []);
        Assert.Equal(issuer, JsonDocument.Parse(metadata.ToJson()).RootElement.GetProperty("issuer").GetString());
        Assert.Equal(issuer + "/token", metadata.Endpoint(Paths.Token));
    }

    [Theory]
    [InlineData("code_challenge_methods_supported", "S256")] // RFC 9700 §2.1.1: never plain
    [InlineData("response_types_supported", "code")]
    [InlineData("subject_types_supported", "public")]
    [InlineData("id_token_signing_alg_values_supported", "RS256 PS256 ES256")]
    [InlineData("token_endpoint_auth_methods_supported", "client_secret_basic client_secret_post private_key_jwt none")]
    [InlineData("token_endpoint_auth_signing_alg_values_supported", "RS256 PS256 ES256")]
    [InlineData("revocation_endpoint_auth_signing_alg_values_supported", "RS256 PS256 ES256")]
    [InlineData("introspection_endpoint_auth_signing_alg_values_supported", "RS256 PS256 ES256")]
    [InlineData("introspection_endpoint_auth_methods_supported", "client_secret_basic client_secret_post private_key_jwt")]
    [InlineData("grant_types_supported", "authorization_code refresh_token")]
    [InlineData("scopes_supported", "openid orders")]
    [InlineData("acr_values_supported", "urn:postern:acr:1fa")]
    [InlineData("prompt_values_supported", "none login consent select_account")]
    [InlineData("response_modes_supported", "query fragment form_post")]
    [InlineData("backchannel_token_delivery_modes_supported", "poll ping")]
    public void What_is_announced_is_what_there_is(string name, string values) =>
        Assert.Equal(values.Split(' '), Json.GetProperty(name).EnumerateArray().Select(value => value.GetString()));

    [Conformance("oidcc-rp-initiated-logout-discovery-endpoint-verification")]
    [Conformance("oidcc-backchannel-logout-discovery-endpoint-verification")]
    [Conformance("oidcc-frontchannel-logout-discovery-endpoint-verification")]
    [Theory]
    [InlineData("authorization_response_iss_parameter_supported", true)] // RFC 9207 §3
    [InlineData("claims_parameter_supported", true)]
    [InlineData("backchannel_logout_supported", true)] // Back-Channel Logout §2.1
    [InlineData("backchannel_logout_session_supported", true)]
    [InlineData("frontchannel_logout_supported", true)] // Front-Channel Logout §3
    [InlineData("frontchannel_logout_session_supported", true)]
    [InlineData("request_parameter_supported", false)]
    [InlineData("backchannel_user_code_parameter_supported", false)]
    [InlineData("request_uri_parameter_supported", false)] // its default is true
    public void Flags_are_spelled_out(string name, bool value) => Assert.Equal(value, Json.GetProperty(name).GetBoolean());

    [Conformance("oidcc-idtoken-unsigned")]
    [Fact, Spec("OIDC Discovery", "3")]
    public void RS256_is_among_the_algorithms_and_none_is_not()
    {
        Assert.Contains("RS256", SigningAlgorithms.All);
        Assert.DoesNotContain(SigningAlgorithms.All, algorithm => algorithm.StartsWith("HS", StringComparison.Ordinal) || algorithm == "none");
    }

    [Fact, Rfc(8259, "4")]
    public void No_member_stands_twice_and_no_array_is_empty()
    {
        Assert.NotNull(Strict.JsonObjectOrNull(JsonSerializer.SerializeToUtf8Bytes(Json), 8));
        var arrays = Json.EnumerateObject().Where(member => member.Value.ValueKind == JsonValueKind.Array);
        Assert.All(arrays, array => Assert.NotEqual(0, array.Value.GetArrayLength()));
    }
}

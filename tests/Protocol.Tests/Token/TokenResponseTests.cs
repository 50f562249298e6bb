using System.Text.Json;
using Postern.Protocol;

namespace Postern.Tests;

[Rfc(6749, "5.1")]
public class TokenResponseTests
{
    private static readonly TokenResponse Response = new()
    {
        AccessToken = "at",
        ExpiresIn = TimeSpan.FromMinutes(15),
        Scope = Some.Scope("openid orders"),
    };

    [Fact]
    public void What_was_granted_is_told()
    {
        var json = Write(Response);
        Assert.Equal(["access_token", "expires_in", "scope", "token_type"], json.EnumerateObject().Select(member => member.Name).Order());
        Assert.Equal(("at", "Bearer", "openid orders"), (Text(json, "access_token"), Text(json, "token_type"), Text(json, "scope")));
        Assert.Equal(900, json.GetProperty("expires_in").GetInt64());
    }

    [Fact, Spec("OIDC Core", "3.1.3.3")]
    public void A_refresh_token_and_an_ID_token_are_there_where_they_are_due()
    {
        var json = Write(Response with { RefreshToken = "rt", IdToken = "idt" });
        Assert.Equal(("rt", "idt"), (Text(json, "refresh_token"), Text(json, "id_token")));
    }

    [Fact]
    public void Its_text_has_no_token() =>
        Assert.DoesNotContain("secret-at", (Response with { AccessToken = "secret-at" }).ToString(), StringComparison.Ordinal);

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private static JsonElement Write(TokenResponse response) => JsonDocument.Parse(Json.Object(response.Write)).RootElement;
}

using System.Globalization;
using System.Security.Cryptography;
using Postern.Protocol;

namespace Postern.Local;

/// <summary>
/// What Azure puts beside an app that has a managed identity: whoever knows the header gets an access token, here for Key
/// Vault alone. With it the packaged server runs on the vault in this process, by the settings that it has in Azure.
/// </summary>
internal sealed class ManagedIdentity(string accessToken)
{
    public const string Path = "/identity/token";

    /// <summary>IDENTITY_HEADER.</summary>
    public string Header { get; } = RandomNumberGenerator.GetHexString(32);

    public async Task HandleAsync(HttpContext http)
    {
        var resource = http.Request.Query["resource"].ToString();
        http.Response.StatusCode = (http.Request.Headers["X-IDENTITY-HEADER"] == Header, resource) switch
        {
            (false, _) => StatusCodes.Status401Unauthorized,
            (true, "https://vault.azure.net") => StatusCodes.Status200OK,
            _ => StatusCodes.Status400BadRequest,
        };
        if (http.Response.StatusCode != StatusCodes.Status200OK)
            return;
        http.Response.ContentType = "application/json";
        await http.Response.Body.WriteAsync(Json.Object(writer =>
        {
            writer.WriteString("access_token", accessToken);
            writer.WriteString("expires_on", DateTimeOffset.UtcNow.AddDays(1).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
            writer.WriteString("resource", resource);
            writer.WriteString("token_type", "Bearer");
        }));
    }
}

using System.Text.Json;
using Azure;

namespace Postern.Signing;

/// <summary>What Key Vault's refusals mean, in words an operator can act on.</summary>
internal static class KeyVaultErrors
{
    public const string CryptoUser = "Key Vault Crypto User";
    public const string EncryptionUser = "Key Vault Crypto Service Encryption User";
    public const string CryptoOfficer = "Key Vault Crypto Officer";

    /// <param name="response">Anything but 2xx.</param>
    /// <param name="vault">The address of the vault.</param>
    /// <param name="operation">What was asked for.</param>
    /// <param name="name">The key's name, and perhaps its version behind a slash.</param>
    /// <param name="role">The role that permits the operation.</param>
    public static KeyVaultException From(Response response, Uri vault, string operation, string name, string role)
    {
        var (code, inner) = Codes(response);
        if (response.Status < 400 || (response.Status == 404 && code is null))
            return Unreadable(vault);
        if (response.Status != 403)
            return new KeyVaultException(response);
        var refusal = $"Key Vault refused the operation \"{operation}\" on {vault}keys/{name} ({inner ?? code}).";
        return new KeyVaultException(403, $"{refusal} {Remedy(inner ?? code, vault, name.Split('/')[0], role)}", inner ?? code);
    }

    /// <summary>A proxy or gateway answered. Whoever waits need not care what it said.</summary>
    public static KeyVaultException Unreadable(Uri vault, Exception? inner = null) =>
        new(503, $"Key Vault at {vault.Host} did not answer itself, but something in between.", "Unreadable", inner);

    private static string Remedy(string? code, Uri vault, string name, string role) =>
        code switch
        {
            "ForbiddenByFirewall" or "ForbiddenByConnection" =>
                "The vault's firewall does not admit this address: add it, or let the function app reach the vault through its virtual network.",
            null or "Forbidden" or "ForbiddenByRbac" or "AccessDenied" =>
                $"The identity of this process lacks the role \"{role}\" on the key. Grant it with: az role assignment create "
                + $"--assignee <user name, or object id of the identity> --role \"{role}\" "
                + $"--scope \"$(az keyvault show --name {vault.Host.Split('.')[0]} --query id --output tsv)/keys/{name}\" "
                + "(it takes some minutes until Key Vault knows).",
            _ => "The key, or this version of it, is disabled, expired or not valid yet. See: "
                + $"az keyvault key list-versions --vault-name {vault.Host.Split('.')[0]} --name {name}",
        };

    private static (string? Code, string? Inner) Codes(Response response)
    {
        try
        {
            using var body = JsonDocument.Parse(response.Content.ToMemory());
            var error = body.RootElement.GetProperty("error");
            return (Text(error, "code"), error.TryGetProperty("innererror", out var inner) ? Text(inner, "code") : null);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            // A gateway in between answered, not the vault.
            return (null, null);
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}

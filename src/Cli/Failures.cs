using System.Security.Cryptography;
using Azure;
using Azure.Identity;
using Postern.Signing;

namespace Postern.Cli;

/// <summary>Says what went wrong between here and Azure, and what to do about it.</summary>
internal static class Failures
{
    private const string Login =
        "There is no Azure login here. Run 'az login' or 'azd auth login', or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET.";

    private const string Role =
        "Ask for the role 'Storage Table Data Contributor' on the storage account; a new assignment takes some minutes to work.";

    private const string Schema =
        "It was written by another version of Postern, or by hand: use the 'postern' of the server's version, or look at the row beside SCHEMA.md.";

    /// <summary>Null for what is a fault of this program.</summary>
    public static string? Explain(Exception exception) =>
        exception switch
        {
            AggregateException { InnerExceptions: [.., var last] } => Explain(last),
            CredentialUnavailableException => Login,
            AuthenticationFailedException failed => $"Azure did not accept the login. Run 'az login' again. ({FirstLine(failed)})",
            SigningKeyException => exception.Message,
            KeyVaultException failed => Vault(failed),
            RequestFailedException failed => Tables(failed),
            HttpRequestException failed =>
                $"The issuer cannot be reached. Check --issuer or POSTERN_ISSUER, and that the server runs. ({FirstLine(failed)})",
            OperationCanceledException => "No answer in time, or interrupted. Try again, and 'postern doctor' if it stays so.",
            InvalidDataException or FormatException => $"A row cannot be read: {FirstLine(exception)} {Schema}",
            PlatformNotSupportedException => FirstLine(exception),
            CryptographicException => $"A row of the table 'keys' cannot be read: {FirstLine(exception)} {Schema}",
            _ => null,
        };

    private static string Tables(RequestFailedException failed) =>
        failed.Status switch
        {
            401 or 403 => $"The table service does not let you in ({failed.ErrorCode ?? "no reason given"}). {Role}",
            429 or 500 or 503 => "The table service is busy. Try again in a minute.",
            0 => "The table service cannot be reached. "
                + $"Check --storage or POSTERN_STORAGE, the network and the account's firewall. ({FirstLine(failed)})",
            _ => $"{FirstLine(failed)}. Check --storage or POSTERN_STORAGE with 'postern doctor'.",
        };

    // A refusal names the role already, and the command that grants it.
    private static string Vault(KeyVaultException failed) =>
        failed.Status switch
        {
            403 => FirstLine(failed),
            401 => $"Key Vault does not accept the login. Run 'az login' again, in the vault's tenant. ({FirstLine(failed)})",
            429 or >= 500 => $"{FirstLine(failed)} Try again in a minute; "
                + "if it stays so, check POSTERN_KEY_VAULT, the network and the vault's firewall.",
            _ => $"{FirstLine(failed)} Check POSTERN_KEY_VAULT and the names of its keys.",
        };

    private static string FirstLine(Exception exception) => exception.Message.Split('\n')[0].Trim();
}

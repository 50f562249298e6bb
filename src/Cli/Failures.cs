using Azure;
using Azure.Identity;

namespace Postern.Cli;

/// <summary>Says what went wrong between here and Azure, and what to do about it.</summary>
internal static class Failures
{
    private const string Role =
        "Ask for the role 'Storage Table Data Contributor' on the storage account; a new assignment takes some minutes to work.";

    /// <summary>Null for what is a fault of this program.</summary>
    public static string? Explain(Exception exception) =>
        exception switch
        {
            AggregateException { InnerExceptions: [.., var last] } => Explain(last),
            CredentialUnavailableException => "There is no Azure login here. Run 'az login' or 'azd auth login', or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET.",
            AuthenticationFailedException failed => $"Azure did not accept the login. Run 'az login' again. ({FirstLine(failed)})",
            RequestFailedException { Status: 401 or 403 } failed => $"The table service does not let you in ({failed.ErrorCode ?? "no reason given"}). {Role}",
            RequestFailedException { Status: 429 or 500 or 503 } => "The table service is busy. Try again in a minute.",
            RequestFailedException { Status: 0 } failed => $"The table service cannot be reached. Check --storage or POSTERN_STORAGE, the network and the account's firewall. ({FirstLine(failed)})",
            RequestFailedException failed => $"{FirstLine(failed)}. Check --storage or POSTERN_STORAGE with 'postern doctor'.",
            HttpRequestException failed => $"The issuer cannot be reached. Check --issuer or POSTERN_ISSUER, and that the server runs. ({FirstLine(failed)})",
            OperationCanceledException => "No answer in time, or interrupted. Try again, and 'postern doctor' if it stays so.",
            _ => null,
        };

    private static string FirstLine(Exception exception) => exception.Message.Split('\n')[0].Trim();
}

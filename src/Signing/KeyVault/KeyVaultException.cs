using Azure;

namespace Postern.Signing;

/// <summary>Key Vault refused, or could not be reached (then 503). The message is fit for an operator.</summary>
public sealed class KeyVaultException : RequestFailedException
{
    internal KeyVaultException(Response response)
        : base(response) { }

    internal KeyVaultException(int status, string message, string? code = null, Exception? inner = null)
        : base(status, message, code, inner) { }
}

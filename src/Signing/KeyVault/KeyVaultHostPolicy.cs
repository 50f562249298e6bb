using Azure.Core;
using Azure.Core.Pipeline;

namespace Postern.Signing;

/// <summary>Asks nobody but the vault: the access token goes wherever an answer says that its list continues.</summary>
internal sealed class KeyVaultHostPolicy(Uri vault) : HttpPipelineSynchronousPolicy
{
    public override void OnSendingRequest(HttpMessage message)
    {
        var (uri, compared) = (message.Request.Uri.ToUri(), UriComponents.SchemeAndServer);
        if (Uri.Compare(uri, vault, compared, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) != 0)
            throw new InvalidDataException($"Key Vault continued its list at another host than {vault.Host}.");
    }
}

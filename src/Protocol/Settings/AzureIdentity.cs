namespace Postern.Protocol;

/// <summary>Who the server is towards Azure.</summary>
public enum AzureIdentity
{
    /// <summary>The identity of the function app or container app, from the endpoint which the platform names in <c>IDENTITY_ENDPOINT</c>.</summary>
    ManagedIdentity,

    /// <summary>The identity of a virtual machine, from its metadata address 169.254.169.254.</summary>
    VirtualMachine,

    /// <summary>Whoever did <c>az login</c> on this machine.</summary>
    DeveloperLogin,
}

using Azure.Identity;
using Postern.Protocol;
using Postern.Server;

namespace Postern.Tests;

/// <summary>One credential, the one that was configured, and no other behind it.</summary>
public class AzureCredentialTests
{
    [Fact]
    public void A_developer_login_asks_the_command_line_and_nothing_else() =>
        Assert.IsType<AzureCliCredential>(AzureCredential.Create(AzureIdentity.DeveloperLogin, null));

    [Fact]
    public void A_managed_identity_without_its_endpoint_is_refused_instead_of_sought_at_the_metadata_address()
    {
        Assert.Null(Environment.GetEnvironmentVariable("IDENTITY_ENDPOINT"));

        Assert.Throws<InvalidOperationException>(() => AzureCredential.Create(AzureIdentity.ManagedIdentity, null));
    }

    [Theory, InlineData(null), InlineData("00000000-0000-0000-0000-000000000001")]
    public void The_metadata_address_is_used_where_it_was_asked_for(string? clientId) =>
        Assert.IsType<ManagedIdentityCredential>(AzureCredential.Create(AzureIdentity.VirtualMachine, clientId));
}

using System.Net;
using Postern.Signing;

namespace Postern.Tests;

/// <summary>Where a list of versions may go on: the access token goes along.</summary>
public class KeyVaultListTests
{
    [Theory]
    [InlineData("http://127.0.0.1:10")]
    [InlineData("http://127.0.0.2:9")]
    [InlineData("http://elsewhere.example:9")]
    [InlineData("https://127.0.0.1:9")]
    public async Task A_list_goes_on_at_no_other_port_host_or_scheme(string elsewhere)
    {
        var page = $$"""{"value":[],"nextLink":"{{elsewhere}}/keys/k/versions?api-version=2025-07-01"}""";
        using var vault = new ScriptedVault(HttpStatusCode.OK, page);
        var client = vault.Client(new KeyVaultOptions { Retries = 0 });

        await Assert.ThrowsAsync<InvalidDataException>(() => client.VersionsAsync("k", "role", World.Cancellation));

        Assert.Equal("http://127.0.0.1:9", Assert.Single(vault.Requests).Uri.GetLeftPart(UriPartial.Authority));
    }
}

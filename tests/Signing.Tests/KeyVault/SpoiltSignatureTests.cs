using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using Azure.Core.Pipeline;
using Postern.Protocol;
using Postern.Signing;

namespace Postern.Tests;

/// <summary>A signature comes over the network, so it is looked at before it leaves.</summary>
public class SpoiltSignatureTests
{
    [Theory, Rfc(7515, "5.2")]
    [InlineData(SigningAlgorithms.RS256)]
    [InlineData(SigningAlgorithms.PS256)]
    [InlineData(SigningAlgorithms.ES256)]
    public async Task A_signature_that_does_not_verify_is_an_outage_and_no_token(string algorithm)
    {
        await using var world = await World.StartAsync();
        using var spoiling = new Spoiling();
        var options = new KeyVaultOptions { Transport = new HttpClientTransport(spoiling) };
        var client = new KeyVault(world.Vault.Uri, world.Vault.Credential, options);
        var signer = new KeyVaultSigner(client, new VaultKeys(client, World.Names, World.Schedule, world.Clock), world.Clock);

        var refused = await signer.RefusesAsync(algorithm);

        Assert.Equal((503, "BadSignature"), (refused.Status, refused.ErrorCode));
    }

    private sealed class Spoiling() : DelegatingHandler(new HttpClientHandler())
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            if (!request.RequestUri!.AbsolutePath.EndsWith("/sign", StringComparison.Ordinal) || !response.IsSuccessStatusCode)
                return response;
            var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken))!;
            var signature = Base64Url.DecodeFromChars((string)answer["value"]!);
            signature[^1] ^= 1;
            answer["value"] = Base64Url.EncodeToString(signature);
            response.Content = new StringContent(answer.ToJsonString(), Encoding.UTF8, "application/json");
            return response;
        }
    }
}

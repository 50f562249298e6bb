using System.Buffers.Text;
using System.Text.Json.Nodes;
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
        using var answers = new AlteredAnswers(Spoil);
        var client = answers.ClientOf(world);
        var signer = new KeyVaultSigner(client, new VaultKeys(client, World.Names, World.Schedule, world.Clock), world.Clock);

        var refused = await signer.RefusesAsync(algorithm);

        Assert.Equal((503, "BadSignature"), (refused.Status, refused.ErrorCode));
    }

    private static void Spoil(string path, JsonNode answer)
    {
        if (!path.EndsWith("/sign", StringComparison.Ordinal))
            return;
        var signature = Base64Url.DecodeFromChars((string)answer["value"]!);
        signature[^1] ^= 1;
        answer["value"] = Base64Url.EncodeToString(signature);
    }
}

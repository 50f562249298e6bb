using System.Buffers.Text;
using System.Security.Cryptography;
using Postern.Protocol;
using Postern.Signing;

namespace Postern.Tests;

/// <summary>RSA keys of a vault that are too short for what they are to do.</summary>
public class ShortKeyTests
{
    [Theory, InlineData(1024), InlineData(2040), Rfc(7518, "3.3"), Rfc(7518, "3.5")]
    public async Task No_token_is_signed_by_an_rsa_key_below_2048_bits(int bits)
    {
        await using var world = await World.StartAsync();
        using var answers = Shortened(bits);
        var vault = answers.ClientOf(world);
        var signer = new KeyVaultSigner(vault, new VaultKeys(vault, World.Names, World.Schedule, world.Clock), world.Clock);

        foreach (var algorithm in new[] { SigningAlgorithms.RS256, SigningAlgorithms.PS256 })
            Assert.Contains("2048", (await Assert.ThrowsAsync<SigningKeyException>(() => signer.SignAsync(algorithm))).Message);

        Assert.Equal(0, world.Vault.Calls["sign"]);
    }

    [Theory, InlineData(1024), InlineData(2040)]
    public async Task Nothing_is_wrapped_by_an_rsa_key_below_2048_bits(int bits)
    {
        await using var world = await World.StartAsync();
        using var answers = Shortened(bits);
        using var signer = new WrappedKeySigner(
            new WrappedKeys(answers.ClientOf(world), World.WrappingKey, world.Rows, World.Schedule, world.Clock), world.Clock);

        Assert.Contains("2048", (await Assert.ThrowsAsync<SigningKeyException>(() => signer.SignAsync(SigningAlgorithms.ES256))).Message);

        Assert.Empty(await world.RowsAsync());
    }

    [Fact]
    public async Task An_rsa_key_of_2048_bits_is_long_enough()
    {
        await using var world = await World.StartAsync();
        using var answers = Shortened(2048);
        var vault = answers.ClientOf(world);
        var signer = new KeyVaultSigner(vault, new VaultKeys(vault, World.Names, World.Schedule, world.Clock), world.Clock);

        Assert.Equal(2, (await signer.PublishedAsync()).Count);
    }

    private static AlteredAnswers Shortened(int bits) =>
        new((_, answer) =>
        {
            if (answer["key"]?["n"] is null)
                return;
            using var rsa = RSA.Create(bits);
            answer["key"]!["n"] = Base64Url.EncodeToString(rsa.ExportParameters(includePrivateParameters: false).Modulus);
        });
}

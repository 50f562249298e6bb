using System.Security.Cryptography;
using System.Text;
using Azure.Security.KeyVault.Keys;
using Postern.Protocol;
using Postern.Signing;

namespace Postern.Tests;

/// <summary>What is secret does not outlive its use, as far as that can be seen.</summary>
public class WipedTests
{
    [Theory, InlineData(SigningAlgorithms.RS256), InlineData(SigningAlgorithms.ES256)]
    public async Task A_private_key_that_was_disposed_of_signs_no_more_and_is_given_to_nobody(string algorithm)
    {
        var key = PrivateKey.Create(SigningAlgorithms.KeyTypeOf(algorithm));
        await key.SignAsync(algorithm, Jws.AccessTokenType, "{}"u8.ToArray());

        key.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await key.SignAsync(algorithm, Jws.AccessTokenType, "{}"u8.ToArray()));
        Assert.Throws<ObjectDisposedException>(key.ToPkcs8);
    }

    [Fact]
    public void A_local_signer_disposes_of_both_keys_it_took_over()
    {
        var (rsa, ec) = (RSA.Create(2048), ECDsa.Create(ECCurve.NamedCurves.nistP256));

        new LocalSigner(rsa, ec).Dispose();

        Assert.Throws<ObjectDisposedException>(() => rsa.ExportParameters(includePrivateParameters: true));
        Assert.Throws<ObjectDisposedException>(() => ec.ExportParameters(includePrivateParameters: true));
    }

    [Fact]
    public void An_answer_of_the_vault_with_a_content_key_in_it_is_wiped_once_it_is_read()
    {
        const string id = "https://v.vault.azure.net/keys/k/00000000000000000000000000000001";
        var answer = Encoding.UTF8.GetBytes($$"""{"kid":"{{id}}","value":"AQIDBA"}""");

        var (keyId, value) = KeyVaultJson.ReadResult(answer);

        Assert.Equal(id, keyId);
        Assert.Equal([1, 2, 3, 4], value);

        Assert.All(answer, octet => Assert.Equal(0, octet));
    }

    [Fact]
    public void So_is_an_answer_that_does_not_say_of_which_key_it_is()
    {
        var answer = Encoding.UTF8.GetBytes("""{"value":"AQIDBA"}""");

        Assert.Throws<FormatException>(() => KeyVaultJson.ReadResult(answer));

        Assert.All(answer, octet => Assert.Equal(0, octet));
    }

    [Fact]
    public void What_was_unwrapped_by_another_key_than_was_asked_is_wiped_before_it_is_refused()
    {
        byte[] value = [1, 2, 3, 4];
        var asked = KeyVaultKeyId.Parse("k/00000000000000000000000000000002");

        Assert.Throws<InvalidDataException>(() =>
            KeyVault.ResultOf(asked, "https://v.vault.azure.net/keys/k/00000000000000000000000000000001", value));

        Assert.All(value, octet => Assert.Equal(0, octet));
    }
}

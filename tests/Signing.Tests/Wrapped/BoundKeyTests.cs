using System.Security.Cryptography;
using Postern.Protocol;
using Postern.Signing;

namespace Postern.Tests;

/// <summary>To what a stored key is bound, and which stored keys are bound anew.</summary>
public class BoundKeyTests
{
    [Fact]
    public void A_sealed_key_opens_under_no_other_wrapping_key_than_it_was_closed_for()
    {
        using var wrapping = RSA.Create(2048);
        var closed = Seal.Close(wrapping, new byte[100], Seal.Context("RSA-000001", "k/1", [1, 2, 3]));
        var contentKey = wrapping.Decrypt(Seal.WrappedContentKey(closed).Span, RSAEncryptionPadding.OaepSHA256);

        Assert.ThrowsAny<CryptographicException>(() => Seal.Open(contentKey, closed, Seal.Context("RSA-000001", "k/2", [1, 2, 3])));
        Assert.ThrowsAny<CryptographicException>(() => Seal.Open(contentKey, closed, []));
        Assert.Equal(new byte[100], Seal.Open(contentKey, closed, Seal.Context("RSA-000001", "k/1", [1, 2, 3])));
    }

    [Fact]
    public async Task A_withdrawn_key_is_not_wrapped_anew()
    {
        await using var world = await World.StartAsync();
        var (signer, keys) = world.InWrappedMode();
        await keys.RetireAsync(Signing.KeyId(await signer.SignAsync(SigningAlgorithms.ES256)), World.Cancellation);
        var before = (await world.RowsAsync()).Single(row => row.WithdrawnAt is not null);
        var version = world.Vault.CreateKey(World.WrappingKey, Jwk.Rsa);
        world.Vault.Calls.Reset();

        await keys.RotateIfDueAsync(World.Cancellation);

        var after = (await world.RowsAsync()).ToLookup(row => row.WithdrawnAt is not null);
        Assert.Equal((before.Name, before.WrappingKey), (after[true].Single().Name, after[true].Single().WrappingKey));
        Assert.Equal(before.Sealed, after[true].Single().Sealed);
        Assert.Equal(["EC-000002", "RSA-000001"], after[false].Select(row => row.Name));
        Assert.All(after[false], row => Assert.Equal($"{World.WrappingKey}/{version}", row.WrappingKey));
        // The new key is proven, and both are opened to be wrapped anew.
        Assert.Equal(3, world.Vault.Calls["unwrapkey"]);
    }
}

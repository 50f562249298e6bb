using Postern.Protocol;

namespace Postern.Tests;

/// <summary>What a vault's refusal to sign leads to: another look at its keys, and another try only where they have changed.</summary>
public class RefusedVersionTests
{
    [Fact]
    public async Task A_version_deleted_since_the_keys_were_read_costs_one_more_look_and_the_next_good_one_signs()
    {
        await using var world = await World.StartAsync();
        var (signer, _) = world.InVaultMode();
        var deleted = Signing.KeyId(await signer.SignAsync(SigningAlgorithms.ES256));
        world.Vault.DeleteKey(World.Names.EllipticCurve);
        world.Vault.CreateKey(World.Names.EllipticCurve, Jwk.EllipticCurve);
        world.Vault.Calls.Reset();

        var token = await signer.SignAsync(SigningAlgorithms.ES256);

        Assert.NotEqual(deleted, Signing.KeyId(token));
        Assert.True(await signer.VerifiesAsync(token));
        Assert.Equal((2, 2), (world.Vault.Calls["sign"], world.Vault.Calls["versions"]));
    }

    [Fact]
    public async Task A_missing_role_costs_one_more_look_and_no_second_signature()
    {
        await using var world = await World.StartAsync();
        var (signer, _) = world.InVaultMode();
        await signer.SignAsync(SigningAlgorithms.ES256);
        world.Vault.Calls.Reset();
        world.Vault.Fail("sign", 403, inner: "ForbiddenByRbac");

        Assert.Equal(403, (await signer.RefusesAsync(SigningAlgorithms.ES256)).Status);

        Assert.Equal((1, 2), (world.Vault.Calls["sign"], world.Vault.Calls["versions"]));
    }
}

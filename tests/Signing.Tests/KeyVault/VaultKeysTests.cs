using Postern.Protocol;
using Postern.Signing;

namespace Postern.Tests;

/// <summary>What an operator does with keys that live in the vault.</summary>
public class VaultKeysTests
{
    [Fact]
    public async Task Keys_are_listed_with_their_state()
    {
        await using var world = await World.StartAsync();
        var (signer, keys) = world.InVaultMode();
        world.Clock.Advance(TimeSpan.FromDays(10));
        await keys.RotateAsync(World.Cancellation);

        var list = await keys.ListAsync(World.Cancellation);

        Assert.Equal(
            [(Jwk.EllipticCurve, KeyState.Current), (Jwk.EllipticCurve, KeyState.Next), (Jwk.Rsa, KeyState.Current), (Jwk.Rsa, KeyState.Next)],
            list.Select(key => (key.KeyType, key.State)));
        Assert.Equal((await signer.PublishedAsync()).Order(), list.Select(key => key.KeyId).Order());
        Assert.All(list, key => Assert.Matches("^postern-(rsa|ec)/[0-9a-f]{32}$", key.Location));
    }

    [Fact]
    public async Task A_retired_key_is_disabled_in_the_vault_and_its_successor_signs_at_once()
    {
        await using var world = await World.StartAsync();
        var (signer, keys) = world.InVaultMode();
        var compromised = Signing.KeyId(await signer.SignAsync(SigningAlgorithms.ES256));

        Assert.True(await keys.RetireAsync(compromised, World.Cancellation));

        var token = await signer.SignAsync(SigningAlgorithms.ES256);
        Assert.NotEqual(compromised, Signing.KeyId(token));
        Assert.True(await signer.VerifiesAsync(token));
        Assert.DoesNotContain(compromised, await signer.PublishedAsync());
        Assert.Equal(KeyState.Withdrawn, (await keys.ListAsync(World.Cancellation)).Single(key => key.KeyId == compromised).State);
    }

    [Fact]
    public async Task Another_instance_learns_of_it_within_a_refresh()
    {
        await using var world = await World.StartAsync();
        var (other, _) = world.InVaultMode();
        var compromised = Signing.KeyId(await other.SignAsync(SigningAlgorithms.ES256));
        await world.InVaultMode().Keys.RetireAsync(compromised, World.Cancellation);

        world.LetListsExpire();

        Assert.DoesNotContain(compromised, await other.PublishedAsync());
    }

    [Fact]
    public async Task Retiring_a_key_that_does_not_exist_changes_nothing()
    {
        await using var world = await World.StartAsync();

        Assert.False(await world.InVaultMode().Keys.RetireAsync("no such key", World.Cancellation));

        Assert.Equal((0, 0), (world.Vault.Calls["update"], world.Vault.Calls["rotate"]));
    }

    [Fact]
    public async Task A_timer_leaves_rotation_to_the_vault()
    {
        await using var world = await World.StartAsync();

        await world.InVaultMode().Keys.RotateIfDueAsync(World.Cancellation);

        Assert.Equal(0, world.Vault.Calls.Total);
    }

    [Fact]
    public async Task The_role_that_rotation_needs_is_named()
    {
        await using var world = await World.StartAsync();
        world.Vault.Fail("rotate", 403, inner: "ForbiddenByRbac");

        var failure = await Assert.ThrowsAsync<KeyVaultException>(() => world.InVaultMode().Keys.RotateAsync(World.Cancellation));

        Assert.Contains("Key Vault Crypto Officer", failure.Message);
    }

    [Fact]
    public async Task A_key_of_the_wrong_type_is_refused_by_name_and_the_other_signs_on()
    {
        await using var world = await World.StartAsync();
        world.Vault.DeleteKey(World.Names.Rsa);
        world.Vault.CreateKey(World.Names.Rsa, Jwk.EllipticCurve);
        var (signer, keys) = world.InVaultMode();
        var reports = new List<string>();
        keys.Failed = exception => reports.Add(exception.Message);

        Assert.True(await signer.VerifiesAsync(await signer.SignAsync(SigningAlgorithms.ES256)));
        var failure = await Assert.ThrowsAsync<SigningKeyException>(() => signer.SignAsync(SigningAlgorithms.RS256));

        Assert.Contains(World.Names.Rsa, failure.Message);
        Assert.All(reports, report => Assert.Contains("must be RSA of 2048 bits", report));
        Assert.NotEmpty(reports);
    }

    [Fact]
    public async Task A_new_version_of_the_wrong_type_takes_no_ones_place()
    {
        await using var world = await World.StartAsync();
        var (signer, _) = world.InVaultMode();
        var before = Signing.KeyId(await signer.SignAsync(SigningAlgorithms.RS256));
        world.Vault.CreateKey(World.Names.Rsa, Jwk.EllipticCurve);
        world.LetNextKeySign();

        Assert.Equal(before, Signing.KeyId(await signer.SignAsync(SigningAlgorithms.RS256)));
        await signer.CheckAsync(World.Cancellation);
    }

    [Fact]
    public async Task Many_versions_come_in_pages_and_only_those_that_matter_are_fetched()
    {
        await using var world = await World.StartAsync();
        for (var i = 0; i < 60; i++)
        {
            world.Clock.Advance(TimeSpan.FromDays(30));
            world.Vault.CreateKey(World.Names.EllipticCurve, Jwk.EllipticCurve);
        }
        world.LetNextKeySign();
        world.Clock.Advance(TimeSpan.FromDays(1));
        var (signer, keys) = world.InVaultMode();

        Assert.Equal(2, (await signer.PublishedAsync()).Count);
        Assert.Equal((4, 2), (world.Vault.Calls["versions"], world.Vault.Calls["get"]));
        Assert.Equal(62, (await keys.ListAsync(World.Cancellation)).Count);
    }
}

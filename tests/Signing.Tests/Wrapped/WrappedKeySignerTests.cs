using System.Text;
using Postern.Protocol;
using Postern.Signing;

namespace Postern.Tests;

/// <summary>Wrapped mode: the vault is asked once per instance and key, and is not missed afterwards.</summary>
public class WrappedKeySignerTests
{
    [Fact]
    public async Task A_cold_start_unwraps_each_key_once_and_signing_calls_the_vault_no_more()
    {
        await using var world = await World.StartAsync();
        await world.InWrappedMode().Signer.PublishedAsync();
        world.Vault.Calls.Reset();
        var (cold, _) = world.InWrappedMode();

        for (var round = 0; round < 20; round++)
            foreach (var algorithm in SigningAlgorithms.All)
                await cold.SignAsync(algorithm);

        Assert.Equal((2, 2), (world.Vault.Calls["unwrapkey"], world.Vault.Calls.Total));
    }

    [Fact]
    public async Task Concurrent_requests_of_a_cold_start_share_one_unwrapping()
    {
        await using var world = await World.StartAsync();
        await world.InWrappedMode().Signer.PublishedAsync();
        world.Vault.Calls.Reset();
        world.Vault.Latency = TimeSpan.FromMilliseconds(30);
        var (cold, _) = world.InWrappedMode();

        await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => cold.SignAsync(SigningAlgorithms.ES256)));

        Assert.Equal((2, 2), (world.Vault.Calls["unwrapkey"], world.Vault.Calls.Total));
    }

    [Fact]
    public async Task The_jwk_set_needs_no_vault_once_its_keys_are_proven_and_none_is_served_before()
    {
        await using var world = await World.StartAsync();
        var (signer, _) = world.InWrappedMode();
        var published = await signer.PublishedAsync();
        world.Vault.Unreachable = true;
        world.LetListsExpire();
        var (cold, _) = world.InWrappedMode();

        Assert.Equal(published, await signer.PublishedAsync());
        Assert.Equal(503, (await Assert.ThrowsAsync<KeyVaultException>(cold.PublishedAsync)).Status);
        world.Vault.Unreachable = false;
        Assert.Equal(published, await cold.PublishedAsync());
    }

    [Fact]
    public async Task A_new_key_is_not_published_by_an_instance_that_cannot_prove_it_and_the_others_are()
    {
        await using var world = await World.StartAsync();
        var (signer, _) = world.InWrappedMode();
        var published = await signer.PublishedAsync();
        await world.InWrappedMode().Keys.RotateAsync(World.Cancellation);
        world.Vault.Unreachable = true;
        world.LetListsExpire();
        Assert.Equal(published, await signer.PublishedAsync());
        world.Vault.Unreachable = false;
        world.LetListsExpire();
        Assert.Equal(4, (await signer.PublishedAsync()).Count);
    }

    [Fact]
    public async Task The_jwk_set_is_served_while_the_table_is_down()
    {
        await using var world = await World.StartAsync();
        var (signer, _) = world.InWrappedMode();
        var token = await signer.SignAsync(SigningAlgorithms.ES256);
        await world.StopTablesAsync();
        world.Clock.Advance(TimeSpan.FromHours(2));

        Assert.True(await signer.VerifiesAsync(token));
        // A list of two hours ago cannot be wrong about who signs.
        Assert.True(await signer.VerifiesAsync(await signer.SignAsync(SigningAlgorithms.ES256)));
    }

    [Fact]
    public async Task An_unwrapping_that_failed_is_tried_again()
    {
        await using var world = await World.StartAsync();
        await world.InWrappedMode().Signer.PublishedAsync();
        var (signer, _) = world.InWrappedMode();
        world.Vault.Fail("unwrapkey", 503);
        Assert.Equal(503, (await signer.RefusesAsync(SigningAlgorithms.ES256)).Status);

        world.Vault.Recover();

        await signer.SignAsync(SigningAlgorithms.ES256);
    }

    [Fact]
    public async Task A_missing_role_is_named_with_the_command_that_grants_it()
    {
        await using var world = await World.StartAsync();
        await world.InWrappedMode().Signer.PublishedAsync();
        var (signer, _) = world.InWrappedMode();
        world.Vault.Fail("unwrapkey", 403, inner: "ForbiddenByRbac");

        var failure = await signer.RefusesAsync(SigningAlgorithms.ES256);

        Assert.Contains("--role \"Key Vault Crypto Service Encryption User\"", failure.Message);
        Assert.Contains($"/keys/{World.WrappingKey}", failure.Message);
    }

    [Fact]
    public async Task What_is_stored_holds_no_private_key_in_clear()
    {
        await using var world = await World.StartAsync();
        await world.InWrappedMode().Signer.PublishedAsync();

        // PKCS #8 names its algorithm in clear, so these bytes would be there.
        byte[] rsaEncryption = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01];
        byte[] ecPublicKey = [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01];
        Assert.Equal(2, (await world.RowsAsync()).Count);
        foreach (var row in (await world.RowsAsync()))
        {
            Assert.True(row.PublicKey.AsSpan().IndexOf(row.KeyType == Jwk.Rsa ? rsaEncryption : ecPublicKey) >= 0);
            Assert.True(row.Sealed.AsSpan().IndexOf(row.KeyType == Jwk.Rsa ? rsaEncryption : ecPublicKey) < 0);
            Assert.DoesNotContain("Sealed = [", row.ToString(), StringComparison.Ordinal);
            Assert.True(Encoding.UTF8.GetByteCount(row.Name) < 100);
        }
    }

    [Fact]
    public async Task A_request_of_which_the_caller_tired_does_not_spoil_the_key_for_the_next()
    {
        await using var world = await World.StartAsync();
        await world.InWrappedMode().Signer.PublishedAsync();
        world.Vault.Calls.Reset();
        var (signer, _) = world.InWrappedMode();
        world.Vault.Latency = TimeSpan.FromMilliseconds(100);
        using var tired = new CancellationTokenSource();

        var first = signer.SignAsync(SigningAlgorithms.ES256, Jws.AccessTokenType, "{}"u8.ToArray(), tired.Token).AsTask();
        await tired.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await signer.SignAsync(SigningAlgorithms.ES256);
        Assert.Equal(2, world.Vault.Calls["unwrapkey"]);
    }

    [Fact]
    public async Task An_empty_table_and_a_vault_that_is_down_are_a_503()
    {
        await using var world = await World.StartAsync();
        world.Vault.Unreachable = true;

        var failure = await Assert.ThrowsAsync<KeyVaultException>(() => world.InWrappedMode().Signer.PublishedAsync());

        Assert.Equal(503, failure.Status);
    }
}

using Postern.Protocol;
using Postern.Signing;

namespace Postern.Tests;

/// <summary>Wrapped mode while the vault is down, or rows are no good.</summary>
public class WrappedTroubleTests
{
    [Fact]
    public async Task A_key_that_is_retired_while_the_vault_is_down_is_out_of_use_all_the_same()
    {
        await using var world = await World.StartAsync();
        var (signer, _) = world.InWrappedMode();
        var retiring = Signing.KeyId(await signer.SignAsync(SigningAlgorithms.ES256));
        await signer.SignAsync(SigningAlgorithms.RS256);
        world.Vault.Unreachable = true;
        var failure = await Assert.ThrowsAsync<SigningKeyException>(() => world.InWrappedMode().Keys.RetireAsync(retiring, World.Cancellation));
        Assert.Contains("no EC key yet to take its place", failure.Message, StringComparison.Ordinal);

        world.LetListsExpire();
        await signer.RefusesAsync(SigningAlgorithms.ES256);
        await signer.SignAsync(SigningAlgorithms.RS256);
        Assert.NotEqual(retiring, Assert.Single(await signer.PublishedAsync()));

        world.Vault.Unreachable = false;
        Assert.True(await signer.VerifiesAsync(await signer.SignAsync(SigningAlgorithms.ES256)));
    }

    [Fact]
    public async Task With_every_key_withdrawn_and_none_to_be_made_no_empty_set_is_published()
    {
        await using var world = await World.StartAsync();
        var (signer, keys) = world.InWrappedMode();
        var published = await signer.PublishedAsync();
        world.Vault.Unreachable = true;
        foreach (var keyId in published)
            await Assert.ThrowsAsync<SigningKeyException>(() => keys.RetireAsync(keyId, World.Cancellation));
        world.LetListsExpire();
        await Assert.ThrowsAsync<SigningKeyException>(signer.PublishedAsync);
    }

    [Fact]
    public async Task A_damaged_row_stops_nothing_but_itself_and_is_reported()
    {
        await using var world = await World.StartAsync();
        var (before, keys) = world.InWrappedMode();
        await before.SignAsync(SigningAlgorithms.ES256);
        await keys.RotateAsync(World.Cancellation);
        var next = (await world.RowsAsync()).Single(row => row.Name == "RSA-000002");
        await world.Rows.TryReplaceAsync(next with { PublicKey = [1, 2, 3] }, World.Cancellation);

        var (signer, after) = world.InWrappedMode();
        var reports = new List<string>();
        after.Failed = exception => reports.Add(exception.Message);
        foreach (var algorithm in SigningAlgorithms.All)
            Assert.True(await signer.VerifiesAsync(await signer.SignAsync(algorithm)));
        Assert.Contains("RSA-000002", Assert.Single(reports), StringComparison.Ordinal);
        Assert.Equal(3, (await after.ListAsync(World.Cancellation)).Count);
        // Its generation is taken, and another takes its place.
        await after.RotateIfDueAsync(World.Cancellation);
        Assert.Contains("RSA-000003", (await world.RowsAsync()).Select(row => row.Name));
    }

    [Fact]
    public async Task A_row_that_cannot_be_opened_keeps_no_other_under_the_old_wrapping_key()
    {
        await using var world = await World.StartAsync();
        var (signer, keys) = world.InWrappedMode();
        await signer.SignAsync(SigningAlgorithms.ES256);
        await keys.RotateAsync(World.Cancellation);
        var bad = (await world.RowsAsync())[0];
        await world.Rows.TryReplaceAsync(bad with { Sealed = [.. bad.Sealed[..^1], (byte)(bad.Sealed[^1] ^ 1)] }, World.Cancellation);
        world.Vault.CreateKey(World.WrappingKey, Jwk.Rsa);

        await Assert.ThrowsAnyAsync<Exception>(() => keys.RotateIfDueAsync(World.Cancellation));
        var left = (await world.RowsAsync()).Where(row => row.WrappingKey == bad.WrappingKey);
        Assert.Equal(bad.Name, Assert.Single(left).Name);
        // Once it is past, nothing is wrong any more.
        world.LetNextKeySign();
        world.Clock.Advance(World.Schedule.Tail);
        await keys.RotateIfDueAsync(World.Cancellation);
        Assert.DoesNotContain(bad.Name, (await world.RowsAsync()).Select(row => row.Name));
    }

    [Fact]
    public async Task The_next_key_is_opened_before_it_signs_so_that_an_outage_at_that_moment_is_none()
    {
        await using var world = await World.StartAsync();
        var (signer, keys) = world.InWrappedMode();
        var first = Signing.KeyId(await signer.SignAsync(SigningAlgorithms.ES256));
        await keys.RotateAsync(World.Cancellation);
        world.Vault.Calls.Reset();
        world.LetListsExpire();
        await signer.SignAsync(SigningAlgorithms.ES256);
        // Nobody waits for it; a call that has begun is answered.
        for (var waits = 0; world.Vault.Calls["unwrapkey"] < 2 && waits < 500; waits++)
            await Task.Delay(10, World.Cancellation);
        world.Vault.Unreachable = true;
        world.LetNextKeySign();
        Assert.NotEqual(first, Signing.KeyId(await signer.SignAsync(SigningAlgorithms.ES256)));
    }
}

using Postern.Protocol;
using Postern.Signing;

namespace Postern.Tests;

/// <summary>How wrapped keys come, rotate, are wrapped anew and go.</summary>
public class WrappedKeysTests
{
    [Fact]
    public async Task Sixteen_instances_that_start_on_an_empty_table_agree_on_one_key_of_each_type()
    {
        await using var world = await World.StartAsync();
        var signers = Enumerable.Range(0, 16).Select(_ => world.InWrappedMode().Signer).ToList();

        var tokens = await Task.WhenAll(signers.Select(signer => Task.Run(() => signer.SignAsync(SigningAlgorithms.ES256))));

        Assert.Equal(["EC-000001", "RSA-000001"], (await world.RowsAsync()).Select(row => row.Name));
        Assert.Single(tokens.Select(Signing.KeyId).Distinct());
        foreach (var signer in signers)
            Assert.True(await signer.VerifiesAsync(tokens[0]));
    }

    [Fact]
    public async Task Sixteen_timers_at_once_rotate_once()
    {
        await using var world = await World.StartAsync();
        await world.InWrappedMode().Signer.PublishedAsync();
        world.Clock.Advance(World.Schedule.RotateAfter);

        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => world.InWrappedMode().Keys.RotateIfDueAsync(World.Cancellation))));

        Assert.Equal(["EC-000001", "EC-000002", "RSA-000001", "RSA-000002"], (await world.RowsAsync()).Select(row => row.Name));
    }

    [Fact]
    public async Task A_key_is_replaced_when_it_is_due_published_for_the_lead_and_deleted_when_it_is_past()
    {
        await using var world = await World.StartAsync();
        var (signer, keys) = world.InWrappedMode();
        var old = Signing.KeyId(await signer.SignAsync(SigningAlgorithms.ES256));
        world.Clock.Advance(World.Schedule.RotateAfter - TimeSpan.FromMinutes(1));
        await keys.RotateIfDueAsync(World.Cancellation);
        Assert.Equal(2, (await world.RowsAsync()).Count);

        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await keys.RotateIfDueAsync(World.Cancellation);
        Assert.Equal(4, (await signer.PublishedAsync()).Count);
        Assert.Equal(old, Signing.KeyId(await signer.SignAsync(SigningAlgorithms.ES256)));

        world.LetNextKeySign();
        var token = await signer.SignAsync(SigningAlgorithms.ES256);
        Assert.NotEqual(old, Signing.KeyId(token));
        await keys.RotateIfDueAsync(World.Cancellation);
        Assert.Contains(old, await signer.PublishedAsync());

        world.Clock.Advance(World.Schedule.LongestToken + World.Schedule.RefreshInterval);
        await keys.RotateIfDueAsync(World.Cancellation);
        Assert.Equal(["EC-000002", "RSA-000002"], (await world.RowsAsync()).Select(row => row.Name));
        Assert.True(await signer.VerifiesAsync(token));
    }

    [Fact]
    public async Task An_operator_can_rotate_before_it_is_due()
    {
        await using var world = await World.StartAsync();
        var (signer, keys) = world.InWrappedMode();
        await signer.PublishedAsync();
        world.Clock.Advance(TimeSpan.FromDays(2));

        await keys.RotateAsync(World.Cancellation);

        var states = (await keys.ListAsync(World.Cancellation)).Select(key => key.State);
        Assert.Equal([KeyState.Current, KeyState.Next, KeyState.Current, KeyState.Next], states);
    }

    [Fact]
    public async Task A_retired_key_is_out_of_use_with_the_next_reading_and_its_successor_signs()
    {
        await using var world = await World.StartAsync();
        var (signer, keys) = world.InWrappedMode();
        var (other, _) = world.InWrappedMode();
        var compromised = Signing.KeyId(await signer.SignAsync(SigningAlgorithms.ES256));
        await other.PublishedAsync();

        Assert.True(await keys.RetireAsync(compromised, World.Cancellation));

        world.LetListsExpire();
        var token = await signer.SignAsync(SigningAlgorithms.ES256);
        Assert.NotEqual(compromised, Signing.KeyId(token));
        Assert.DoesNotContain(compromised, await signer.PublishedAsync());
        Assert.DoesNotContain(compromised, await other.PublishedAsync());
        Assert.True(await other.VerifiesAsync(token));
        Assert.False(await keys.RetireAsync("no such key", World.Cancellation));
    }

    [Fact]
    public async Task A_next_key_takes_over_from_a_retired_one_without_a_third()
    {
        await using var world = await World.StartAsync();
        var (signer, keys) = world.InWrappedMode();
        var compromised = Signing.KeyId(await signer.SignAsync(SigningAlgorithms.ES256));
        world.Clock.Advance(TimeSpan.FromDays(2));
        await keys.RotateAsync(World.Cancellation);

        await keys.RetireAsync(compromised, World.Cancellation);

        await signer.SignAsync(SigningAlgorithms.ES256);
        Assert.Equal(2, (await world.RowsAsync()).Count(row => row.KeyType == Jwk.EllipticCurve));
    }

    [Fact]
    public async Task Retiring_and_rotating_at_once_loses_neither()
    {
        await using var world = await World.StartAsync();
        var (signer, keys) = world.InWrappedMode();
        var compromised = Signing.KeyId(await signer.SignAsync(SigningAlgorithms.ES256));
        // Every row is about to be wrapped anew, so both write to the same one.
        world.Vault.CreateKey(World.WrappingKey, Jwk.Rsa);

        await Task.WhenAll(
            keys.RetireAsync(compromised, World.Cancellation),
            Task.Run(() => world.InWrappedMode().Keys.RotateIfDueAsync(World.Cancellation)),
            Task.Run(() => world.InWrappedMode().Keys.RetireAsync(compromised, World.Cancellation)));

        Assert.NotNull((await world.RowsAsync()).Single(row => row.Name == "EC-000001").WithdrawnAt);
        Assert.NotEqual(compromised, Signing.KeyId(await world.InWrappedMode().Signer.SignAsync(SigningAlgorithms.ES256)));
    }

    [Fact]
    public async Task Retired_rows_are_deleted_except_the_newest_so_that_no_generation_comes_twice()
    {
        await using var world = await World.StartAsync();
        var (signer, keys) = world.InWrappedMode();
        await keys.RetireAsync(Signing.KeyId(await signer.SignAsync(SigningAlgorithms.ES256)), World.Cancellation);
        world.Clock.Advance(TimeSpan.FromDays(2));

        await keys.RotateIfDueAsync(World.Cancellation);

        Assert.Equal(["EC-000002", "RSA-000001"], (await world.RowsAsync()).Select(row => row.Name));
    }

    [Fact]
    public async Task A_newer_version_of_the_wrapping_key_wraps_all_keys_anew()
    {
        await using var world = await World.StartAsync();
        var (signer, keys) = world.InWrappedMode();
        var before = await signer.PublishedAsync();
        var old = (await world.RowsAsync());
        var version = world.Vault.CreateKey(World.WrappingKey, Jwk.Rsa);

        await keys.RotateIfDueAsync(World.Cancellation);

        Assert.All((await world.RowsAsync()), row => Assert.Equal($"{World.WrappingKey}/{version}", row.WrappingKey));
        world.Vault.UpdateKey(World.WrappingKey, old[0].WrappingKey.Split('/')[1], enabled: false);
        var (cold, _) = world.InWrappedMode();
        Assert.Equal(before, await cold.PublishedAsync());
        Assert.True(await signer.VerifiesAsync(await cold.SignAsync(SigningAlgorithms.ES256)));

        world.Vault.Calls.Reset();
        await keys.RotateIfDueAsync(World.Cancellation);
        Assert.Equal(0, world.Vault.Calls["unwrapkey"]);
    }

    [Theory, InlineData("disabled"), InlineData("expired"), InlineData("not yet valid"), InlineData("missing"), InlineData("EC")]
    public async Task Nothing_is_wrapped_by_a_key_that_is(string state)
    {
        await using var world = await World.StartAsync();
        var now = world.Clock.Now;
        if (state is "missing" or "EC")
            world.Vault.DeleteKey(World.WrappingKey);
        if (state is not "missing")
            world.Vault.UpdateKey(
                World.WrappingKey,
                world.Vault.CreateKey(World.WrappingKey, state == "EC" ? Jwk.EllipticCurve : Jwk.Rsa),
                enabled: state != "disabled",
                expiresAt: state == "expired" ? now : null,
                notBefore: state == "not yet valid" ? now.AddSeconds(1) : null);

        var failure = await Assert.ThrowsAsync<SigningKeyException>(() => world.InWrappedMode().Signer.SignAsync(SigningAlgorithms.ES256));

        Assert.Contains("--ops wrapKey unwrapKey", failure.Message);
        Assert.Empty((await world.RowsAsync()));
    }
}

using Azure;
using Postern.Local;
using Postern.Protocol;
using Postern.Signing;

namespace Postern.Tests;

/// <summary>Vault mode: the vault signs each token, and what it says about its keys is obeyed.</summary>
public class KeyVaultSignerTests
{
    [Fact]
    public async Task Each_token_costs_one_sign_call_and_the_keys_are_read_once()
    {
        await using var world = await World.StartAsync();
        var (signer, _) = world.InVaultMode();

        for (var i = 0; i < 20; i++)
            await signer.SignAsync(SigningAlgorithms.ES256);

        Assert.Equal((20, 2, 2), (world.Vault.Calls["sign"], world.Vault.Calls["versions"], world.Vault.Calls["get"]));
        Assert.Equal(24, world.Vault.Calls.Total);
    }

    [Fact]
    public async Task Concurrent_requests_share_one_reading_of_the_keys()
    {
        await using var world = await World.StartAsync();
        var (signer, _) = world.InVaultMode();
        world.Vault.Latency = TimeSpan.FromMilliseconds(30);
        int? fetched = null;

        for (var round = 1; round <= 2; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => signer.SignAsync(SigningAlgorithms.ES256)));

            Assert.Equal((round * 20, round * 2), (world.Vault.Calls["sign"], world.Vault.Calls["versions"]));
            // The versions' public halves never change, so they are fetched once. On a busy machine that may take a second try.
            fetched ??= world.Vault.Calls["get"];
            Assert.Equal(fetched, world.Vault.Calls["get"]);
            world.LetListsExpire();
        }
    }

    [Fact]
    public async Task A_new_version_is_published_a_day_before_it_signs_and_the_old_one_until_its_tokens_have_expired()
    {
        await using var world = await World.StartAsync();
        var (signer, _) = world.InVaultMode();
        var old = Signing.KeyId(await signer.SignAsync(SigningAlgorithms.ES256));
        world.Clock.Advance(TimeSpan.FromDays(30));
        world.Vault.CreateKey(World.Names.EllipticCurve, Jwk.EllipticCurve);

        var published = await signer.PublishedAsync();
        Assert.Equal(3, published.Count);
        Assert.Equal(old, Signing.KeyId(await signer.SignAsync(SigningAlgorithms.ES256)));

        world.LetNextKeySign();
        var token = await signer.SignAsync(SigningAlgorithms.ES256);
        Assert.NotEqual(old, Signing.KeyId(token));
        Assert.Contains(Signing.KeyId(token), published);
        Assert.Contains(old, await signer.PublishedAsync());

        world.Clock.Advance(World.Schedule.LongestToken + World.Schedule.RefreshInterval);
        Assert.DoesNotContain(old, await signer.PublishedAsync());
    }

    [Fact]
    public async Task A_version_that_is_disabled_expired_or_not_yet_valid_never_signs()
    {
        await using var world = await World.StartAsync();
        world.Clock.Advance(TimeSpan.FromDays(100));
        var good = Signing.KeyId(await world.InVaultMode().Signer.SignAsync(SigningAlgorithms.ES256));
        var (vault, name, now) = (world.Vault, World.Names.EllipticCurve, world.Clock.Now);
        vault.UpdateKey(name, vault.CreateKey(name, Jwk.EllipticCurve), enabled: false);
        vault.UpdateKey(name, vault.CreateKey(name, Jwk.EllipticCurve), expiresAt: now.AddHours(1));
        vault.UpdateKey(name, vault.CreateKey(name, Jwk.EllipticCurve), notBefore: now.AddDays(9));

        world.LetNextKeySign();

        Assert.Equal(good, Signing.KeyId(await world.InVaultMode().Signer.SignAsync(SigningAlgorithms.ES256)));
    }

    [Fact]
    public async Task Without_a_good_version_the_failure_says_how_to_create_one_and_nothing_is_signed()
    {
        await using var world = await World.StartAsync();
        world.Vault.DeleteKey(World.Names.EllipticCurve);
        var (signer, _) = world.InVaultMode();

        var failure = await Assert.ThrowsAsync<SigningKeyException>(() => signer.SignAsync(SigningAlgorithms.ES256));

        Assert.Contains("az keyvault key create", failure.Message);
        Assert.Contains("--kty EC --curve P-256", failure.Message);
        Assert.Equal(0, world.Vault.Calls["sign"]);
        // The other key has nothing to do with it.
        await signer.SignAsync(SigningAlgorithms.RS256);
    }

    [Fact]
    public async Task A_version_disabled_since_the_keys_were_read_is_noticed_when_the_vault_refuses_it()
    {
        await using var world = await World.StartAsync();
        world.Clock.Advance(TimeSpan.FromDays(30));
        var first = world.Vault.CreateKey(World.Names.EllipticCurve, Jwk.EllipticCurve);
        world.LetNextKeySign();
        var (signer, _) = world.InVaultMode();
        var before = Signing.KeyId(await signer.SignAsync(SigningAlgorithms.ES256));

        world.Vault.UpdateKey(World.Names.EllipticCurve, first, enabled: false);
        var token = await signer.SignAsync(SigningAlgorithms.ES256);

        Assert.NotEqual(before, Signing.KeyId(token));
        Assert.True(await signer.VerifiesAsync(token));
        Assert.DoesNotContain(before, await signer.PublishedAsync());
    }

    [Fact]
    public async Task Throttling_is_waited_out_within_bounds_and_nothing_is_lost()
    {
        await using var world = await World.StartAsync();
        var (signer, _) = world.InVaultMode();
        await signer.SignAsync(SigningAlgorithms.ES256);
        world.Vault.Calls.Reset();
        world.Vault.Fail("sign", 429, times: 200);
        var surfaced = 0;

        // Clients that come back when they are told that it is temporary.
        async Task<string> PersistAsync()
        {
            for (var attempt = 0; attempt < 200; attempt++)
                try
                {
                    return await signer.SignAsync(SigningAlgorithms.ES256);
                }
                catch (RequestFailedException e) when (e.Status == 429)
                {
                    Interlocked.Increment(ref surfaced);
                }
            throw new TimeoutException();
        }
        var tokens = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => PersistAsync()));

        Assert.Equal(20, tokens.Distinct().Count());
        foreach (var token in tokens)
            Assert.True(await signer.VerifiesAsync(token));
        Assert.True(surfaced > 0);
        Assert.Equal(220, world.Vault.Calls["sign"]);
    }

    [Theory, InlineData(429), InlineData(500), InlineData(503)]
    public async Task A_vault_that_stays_busy_is_asked_a_bounded_number_of_times_and_its_answer_surfaces(int status)
    {
        await using var world = await World.StartAsync();
        var (signer, _) = world.InVaultMode(retries: 3);
        await signer.PublishedAsync();
        world.Vault.Fail("sign", status);

        var failure = await signer.RefusesAsync(SigningAlgorithms.RS256);

        Assert.Equal(status, failure.Status);
        Assert.Equal(4, world.Vault.Calls["sign"]);
    }

    [Fact, Rfc(9110, "10.2.3")]
    public async Task A_wait_longer_than_a_request_can_bear_is_handed_on_instead_of_waited_for()
    {
        await using var world = await World.StartAsync();
        var (signer, _) = world.InVaultMode(retries: 3);
        await signer.PublishedAsync();
        world.Vault.Fail("sign", 429, retryAfter: 30);

        var failure = await signer.RefusesAsync(SigningAlgorithms.RS256);

        Assert.Equal(1, world.Vault.Calls["sign"]);
        Assert.True(failure.GetRawResponse()!.Headers.TryGetValue("Retry-After", out var wait));
        Assert.Equal("30", wait);
    }

    [Fact]
    public async Task A_short_wait_is_granted()
    {
        await using var world = await World.StartAsync();
        var (signer, _) = world.InVaultMode();
        await signer.PublishedAsync();
        world.Vault.Fail("sign", 429, times: 1, retryAfter: 1);

        var started = TimeProvider.System.GetTimestamp();
        await signer.SignAsync(SigningAlgorithms.ES256);

        Assert.True(TimeProvider.System.GetElapsedTime(started) > TimeSpan.FromSeconds(0.9));
        Assert.Equal(2, world.Vault.Calls["sign"]);
    }

    [Fact]
    public async Task A_vault_that_cannot_be_reached_is_a_503()
    {
        await using var world = await World.StartAsync();
        var (signer, _) = world.InVaultMode();
        world.Vault.Unreachable = true;

        Assert.Equal(503, (await signer.RefusesAsync(SigningAlgorithms.ES256)).Status);
    }

    [Fact]
    public async Task The_jwk_set_is_served_while_the_vault_is_down_and_tokens_of_before_verify()
    {
        await using var world = await World.StartAsync();
        var (signer, _) = world.InVaultMode();
        var token = await signer.SignAsync(SigningAlgorithms.ES256);
        world.Vault.Unreachable = true;
        world.Clock.Advance(TimeSpan.FromDays(3));

        Assert.True(await signer.VerifiesAsync(token));
        // Who signs is not known any more: a version may have come and become due since.
        Assert.Equal(503, (await signer.RefusesAsync(SigningAlgorithms.ES256)).Status);

        world.Vault.Recover();
        world.Clock.Advance(TimeSpan.FromSeconds(5));
        await signer.SignAsync(SigningAlgorithms.ES256);
    }

    [Fact]
    public async Task The_jwk_set_does_not_wait_for_a_vault_that_dawdles()
    {
        await using var world = await World.StartAsync();
        var (signer, _) = world.InVaultMode();
        var published = await signer.PublishedAsync();
        world.LetListsExpire();
        world.Vault.Latency = TimeSpan.FromSeconds(4);

        var started = TimeProvider.System.GetTimestamp();
        Assert.Equal(published, await signer.PublishedAsync());

        Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task Reading_the_published_keys_never_signs()
    {
        await using var world = await World.StartAsync();

        await world.InVaultMode().Signer.PublishedAsync();

        Assert.Equal(0, world.Vault.Calls["sign"]);
    }

    [Theory, InlineData("ForbiddenByRbac"), InlineData("AccessDenied"), InlineData(null)]
    public async Task A_missing_role_is_named_with_the_command_that_grants_it(string? inner)
    {
        await using var world = await World.StartAsync();
        var (signer, _) = world.InVaultMode();
        world.Vault.Fail("sign", 403, inner: inner);

        var failure = await signer.RefusesAsync(SigningAlgorithms.RS256);

        Assert.Equal(403, failure.Status);
        Assert.Contains("\"sign\"", failure.Message);
        Assert.Contains("--role \"Key Vault Crypto User\"", failure.Message);
        Assert.Contains("az role assignment create", failure.Message);
        Assert.Contains($"/keys/{World.Names.Rsa}", failure.Message);
    }

    [Fact]
    public async Task A_firewall_is_not_mistaken_for_a_missing_role()
    {
        await using var world = await World.StartAsync();
        world.Vault.Fail(TestVault.AnyOperation, 403, inner: "ForbiddenByFirewall");

        var failure = await world.InVaultMode().Signer.RefusesAsync(SigningAlgorithms.RS256);

        Assert.Contains("firewall", failure.Message);
        Assert.DoesNotContain("az role", failure.Message);
    }

    [Fact]
    public async Task A_caller_who_gives_up_does_not_end_the_reading_for_the_others()
    {
        await using var world = await World.StartAsync();
        var (signer, _) = world.InVaultMode();
        world.Vault.Latency = TimeSpan.FromMilliseconds(100);
        using var gaveUp = new CancellationTokenSource();

        var impatient = signer.PublishedKeysAsync(gaveUp.Token).AsTask();
        var patient = signer.PublishedAsync();
        await gaveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        Assert.Equal(2, (await patient).Count);
        Assert.Equal(2, world.Vault.Calls["versions"]);
    }
}

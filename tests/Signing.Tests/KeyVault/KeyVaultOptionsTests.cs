using System.Net;
using Postern.Signing;

namespace Postern.Tests;

/// <summary>How patiently the vault is asked, and what of it may be logged.</summary>
public class KeyVaultOptionsTests
{
    [Fact]
    public void Bodies_are_not_logged_for_they_carry_content_keys() => Assert.False(new KeyVaultOptions().Diagnostics.IsLoggingContentEnabled);

    [Fact]
    public void A_try_that_hangs_and_all_tries_together_are_bounded()
    {
        var options = new KeyVaultOptions();

        Assert.InRange(options.Retry.NetworkTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));
        Assert.InRange(options.Retries, 1, 3);
        Assert.InRange(options.FirstDelay, TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(0.5));
        Assert.InRange(options.LongestDelay, options.FirstDelay, TimeSpan.FromSeconds(4));
        // An answer within 15 seconds leaves room for what else a request waits for.
        Assert.InRange(options.Patience, 2 * options.Retry.NetworkTimeout, TimeSpan.FromSeconds(10));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_vault_that_never_answers_is_given_up_at_one_deadline_for_all_tries(bool isAsked)
    {
        using var vault = new ScriptedVault(async gaveUp =>
        {
            await Task.Delay(Timeout.Infinite, gaveUp);
            throw new InvalidOperationException();
        });
        var client = vault.Client(new KeyVaultOptions { Patience = TimeSpan.FromMilliseconds(200) });
        var start = TimeProvider.System.GetTimestamp();
        var failure = await Assert.ThrowsAsync<KeyVaultException>(() =>
            isAsked ? client.FindAsync("k", null, "role", World.Cancellation) : client.VersionsAsync("k", "role", World.Cancellation));
        Assert.Equal((503, 1), (failure.Status, vault.Requests.Count));
        Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(2.5));
    }

    [Fact]
    public async Task A_body_that_breaks_off_is_a_vault_that_cannot_be_reached()
    {
        using var vault = new ScriptedVault(_ => Task.FromResult(new HttpResponseMessage { Content = new StreamContent(new Broken()) }));
        var client = vault.Client(new KeyVaultOptions { Retries = 1, FirstDelay = TimeSpan.FromMilliseconds(1) });
        Assert.Equal(503, (await Assert.ThrowsAsync<KeyVaultException>(() => client.FindAsync("k", null, "role", World.Cancellation))).Status);
    }

    private sealed class Broken : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new IOException("The connection broke.");

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            throw new IOException("The connection broke.");
    }

    [Fact]
    public async Task A_vault_that_never_answers_is_given_up_after_the_tries_there_are()
    {
        using var vault = new ScriptedVault(async gaveUp =>
        {
            await Task.Delay(Timeout.Infinite, gaveUp);
            throw new InvalidOperationException();
        });
        var options = new KeyVaultOptions { Retries = 1, FirstDelay = TimeSpan.FromMilliseconds(1) };
        options.Retry.NetworkTimeout = TimeSpan.FromMilliseconds(50);

        var failure = await Assert.ThrowsAsync<KeyVaultException>(() => vault.Client(options).FindAsync("k", null, "role", World.Cancellation));

        Assert.Equal((503, 2), (failure.Status, vault.Requests.Count));
    }

    [Fact]
    public async Task Each_wait_doubles()
    {
        using var vault = new ScriptedVault(HttpStatusCode.TooManyRequests, "{}");
        var client = vault.Client(new KeyVaultOptions { FirstDelay = TimeSpan.FromMilliseconds(100), LongestDelay = TimeSpan.FromSeconds(1) });

        var start = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, 32).Select(n =>
            Assert.ThrowsAsync<KeyVaultException>(() => client.FindAsync($"k{n}", null, "role", World.Cancellation))));

        var calls = vault.Requests.GroupBy(request => request.Uri, request => request.At)
            .Select(call => call.Select(at => TimeProvider.System.GetElapsedTime(start, at).TotalMilliseconds).ToList()).ToList();
        Assert.Equal(32, calls.Count);
        Assert.All(calls, call => Assert.Equal(4, call.Count));
        // Since before the first request, so that a busy machine only makes it longer: 100, 200 and 400 ms, each a fifth less at least.
        Assert.All(calls, call => Assert.True(call[1] > 78 && call[2] > 234 && call[3] > 546, string.Join(' ', call)));
    }

    [Fact]
    public void Those_who_were_refused_together_do_not_come_back_together()
    {
        var delays = new KeyVaultOptions { FirstDelay = TimeSpan.FromMilliseconds(100), LongestDelay = TimeSpan.FromSeconds(1) }.Delays;

        for (var retry = 1; retry <= 3; retry++)
        {
            var middle = 50 * Math.Pow(2, retry);
            var drawn = Enumerable.Range(0, 100).Select(_ => delays.GetNextDelay(null, retry).TotalMilliseconds).ToList();
            Assert.All(drawn, delay => Assert.InRange(delay, middle * 0.79, middle * 1.21));
            Assert.InRange(drawn.Distinct().Count(), 20, 100);
        }
    }
}

using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Postern.Storage;

namespace Postern.Tests;

/// <summary>What happens when the network or the service fails in the middle.</summary>
public class FaultTests(Embedded service) : IClassFixture<Embedded>
{
    /// <summary>Lets the first requests of a method through, and loses their answers.</summary>
    private sealed class LosesAnswers(RequestMethod method, int times) : HttpPipelinePolicy
    {
        private int left = times;

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();

        public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            await ProcessNextAsync(message, pipeline);
            if (message.Request.Method == method && Interlocked.Decrement(ref left) >= 0)
                throw new IOException("the connection broke after the request");
        }
    }

    [Fact]
    public async Task An_insert_whose_answer_was_lost_is_known_as_our_own()
    {
        var (grants, grant) = (new GrantStore(Connect.To(service, new LosesAnswers(RequestMethod.Post, 1))), Some.Grant());
        // Its table is made first, so that the lost answer is the row's.
        await new GrantStore(Connect.To(service)).InsertAsync(Some.Grant(), default);
        await grants.InsertAsync(grant, default);
        Assert.NotNull(await grants.FindAsync(grant.Id, default));
    }

    [Fact, Rfc(6749, "4.1.2")]
    public async Task A_redemption_whose_answer_was_lost_is_known_as_our_own_and_nobody_elses()
    {
        var grant = Some.Grant();
        var sure = new GrantStore(Connect.To(service));
        await sure.InsertAsync(grant, default);
        var read = (await sure.FindAsync(grant.Id, default))!;
        Assert.True(await Losing().TryReplaceAsync(read, grant.Redeemed(null), default));
        Assert.False(await Losing().TryReplaceAsync(read, grant.Redeemed(null), default));

        GrantStore Losing() => new(Connect.To(service, new LosesAnswers(RequestMethod.Put, 1)));
    }

    [Fact]
    public async Task A_service_that_stays_away_is_an_exception_and_not_an_answer()
    {
        var grants = new GrantStore(Connect.To(service, new LosesAnswers(RequestMethod.Get, 100)));
        await Assert.ThrowsAnyAsync<Exception>(() => grants.FindAsync(Some.Id(), default));
    }

    [Fact]
    public async Task A_loser_costs_no_second_look()
    {
        var (roundTrips, grant) = (new RoundTrips(), Some.Grant());
        var grants = new GrantStore(Connect.To(service, roundTrips));
        await grants.InsertAsync(grant, default);
        var read = (await grants.FindAsync(grant.Id, default))!;
        await grants.TryReplaceAsync(read, grant.Redeemed(null), default);
        roundTrips.Reset();
        Assert.False(await grants.TryReplaceAsync(read, grant.Redeemed(null), default));
        Assert.Equal((0, 1), (roundTrips.Reads, roundTrips.Writes));
    }

    [Theory]
    [InlineData("nonsense"), InlineData("http://account.table.core.windows.net")]
    [InlineData("AccountName=a;AccountKey=not base64!"), InlineData("AccountKey=AAAA")]
    public void A_setting_that_makes_no_sense_is_refused_without_being_repeated(string setting)
    {
        var refusal = Assert.Throws<FormatException>(() => Tables.Connect(setting));
        Assert.DoesNotContain("AAAA", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("not base64!", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_key_is_a_failure_that_says_so_and_shows_no_key()
    {
        var wrong = System.Text.RegularExpressions.Regex.Replace(service.ConnectionString, "AccountKey=[^;]*", "AccountKey=d3JvbmcgIQ==");
        var failure = await Assert.ThrowsAnyAsync<RequestFailedException>(() => Tables.Connect(wrong).CheckAsync(default));
        Assert.Equal(403, failure.Status);
        Assert.DoesNotContain("d3Jvbmc", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Concurrent_misses_of_one_client_share_one_read()
    {
        var roundTrips = new RoundTrips();
        var clients = new ClientStore(Connect.To(service, roundTrips), new FakeClock(), TimeSpan.FromMinutes(1));
        await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => clients.FindAsync("nobody", default)));
        Assert.InRange(roundTrips.Reads, 1, 2);
    }
}

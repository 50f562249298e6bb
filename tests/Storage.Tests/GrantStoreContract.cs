using Postern.Protocol;
using Postern.Storage;

namespace Postern.Tests;

public class GrantStoreOverEmbedded(Embedded service) : GrantStoreContract(service), IClassFixture<Embedded>;

public class GrantStoreOverAzurite(Emulated service) : GrantStoreContract(service), IClassFixture<Emulated>;

public abstract class GrantStoreContract(ITableServiceFixture service)
{
    private readonly GrantStore grants = new(Connect.To(service));

    [Fact]
    public async Task A_grant_comes_back_as_it_was_written()
    {
        var least = Some.Grant() with { Nonce = null, CodeChallenge = null, ClaimsParameter = null, Amr = [], Resources = [], RevokedTokensUntil = null };
        foreach (var grant in new[] { Some.Grant(), Some.Grant(Some.Refresh()), least })
        {
            await grants.InsertAsync(grant, default);
            Assert.Equivalent(grant, (await grants.FindAsync(grant.Id, default))!.Value, strict: true);
        }
    }

    [Fact]
    public async Task A_grant_that_never_was_is_not_found_nor_is_its_table_needed() =>
        Assert.Null(await grants.FindAsync(Some.Id(Some.Now.AddDays(Random.Shared.Next(1000, 9000))), default));

    [Fact, Rfc(6749, "4.1.2")]
    public async Task Of_64_redemptions_at_once_one_wins_each_of_50_times()
    {
        for (var round = 0; round < 50; round++)
        {
            var grant = Some.Grant();
            await grants.InsertAsync(grant, default);
            var read = await grants.FindAsync(grant.Id, default);
            var redeemed = read!.Value.Redeemed(null);
            var won = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() => grants.TryReplaceAsync(read, redeemed, default))));
            Assert.Equal(1, won.Count(one => one));
        }
    }

    [Fact]
    public async Task Revoking_wins_over_whoever_else_writes()
    {
        var grant = Some.Grant(Some.Refresh());
        await grants.InsertAsync(grant, default);
        var others = Enumerable.Range(0, 16).Select(async i =>
        {
            if (await grants.FindAsync(grant.Id, default) is { Value.State: not GrantState.Revoked } read)
                await grants.TryReplaceAsync(read, read.Value with { Nonce = $"{i}" }, default);
        });
        await Task.WhenAll(others.Append(grants.RevokeAsync(grant.Id, default)));
        Assert.Equal(GrantState.Revoked, (await grants.FindAsync(grant.Id, default))!.Value.State);
    }

    [Fact, Rfc(7009, "2.1")]
    public async Task Of_tokens_revoked_at_once_the_grant_tells_the_last_to_expire_and_loses_nothing_else()
    {
        var grant = Some.Grant(Some.Refresh()).Redeemed(Some.Refresh());
        await grants.InsertAsync(grant, default);
        await Task.WhenAll(Enumerable.Range(0, 16).Select(i => grants.RecordRevokedTokenAsync(grant.Id, Some.Now.AddHours(i), default)));
        var told = (await grants.FindAsync(grant.Id, default))!.Value;
        Assert.Equivalent(grant with { RevokedTokensUntil = Some.Now.AddHours(15) }, told, strict: true);
    }

    [Fact, Rfc(9700, "4.14.2")]
    public async Task When_a_token_was_replaced_is_what_the_service_says_and_stays_so()
    {
        var grant = Some.Grant();
        await grants.InsertAsync(grant, default);
        var secret = RefreshSecret.From(Some.Bytes(RefreshSecret.Size));
        var first = grant.Redeemed(RefreshState.First(secret, Some.Now.AddDays(30)));
        Assert.True(await grants.TryReplaceAsync((await grants.FindAsync(grant.Id, default))!, first, default));
        var rotated = first with { Refresh = first.Refresh!.Rotated(secret, Some.Bytes(16), Some.Now.AddDays(30)) };
        Assert.True(await grants.TryReplaceAsync((await grants.FindAsync(grant.Id, default))!, rotated, default));

        var read = (await grants.FindAsync(grant.Id, default))!;
        var replacedAt = read.Value.Refresh!.Previous!.ReplacedAt!.Value;
        // A Date is in whole seconds.
        Assert.InRange(read.ReadAt!.Value - replacedAt, TimeSpan.FromSeconds(-1), TimeSpan.FromSeconds(10));
        await grants.RecordInUseAsync(read, 2, default);
        var used = (await grants.FindAsync(grant.Id, default))!.Value.Refresh!;
        Assert.Equal((true, replacedAt), (used.IsInUse, used.Previous!.ReplacedAt));
    }

    [Fact, Rfc(6749, "4.1.2")]
    public async Task What_is_abandoned_is_revoked_unless_somebody_else_has_redeemed_it()
    {
        var (mine, others) = (Some.Refresh(), Some.Refresh());
        foreach (var (written, expected) in new (RefreshState?, GrantState)[] { (null, GrantState.Revoked), (mine, GrantState.Revoked), (others, GrantState.Redeemed) })
        {
            var grant = Some.Grant();
            await grants.InsertAsync(grant, default);
            if (written is not null)
                Assert.True(await grants.TryReplaceAsync((await grants.FindAsync(grant.Id, default))!, grant.Redeemed(written), default));
            await grants.AbandonAsync(grant.Redeemed(mine), default);
            Assert.Equal(expected, (await grants.FindAsync(grant.Id, default))!.Value.State);
        }
    }

    [Fact]
    public async Task Revoking_what_is_not_there_is_no_error()
    {
        await grants.RevokeAsync(Some.Id(), default);
        await grants.RecordRevokedTokenAsync(Some.Id(), Some.Now, default);
    }

    [Fact]
    public async Task A_session_under_the_same_id_is_not_a_grant()
    {
        var session = Some.Session();
        await new SessionStore(Connect.To(service)).InsertAsync(session, default);
        Assert.Null(await grants.FindAsync(session.Id, default));
    }
}

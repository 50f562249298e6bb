using System.Diagnostics;
using Azure;
using Postern.Storage;

namespace Postern.Tests;

/// <summary>A network, a gateway or a service that fails in each of its ways: what the stores make of it, and how soon.</summary>
public class OutageTests(Embedded service) : IClassFixture<Embedded>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(11);

    [Theory]
    [InlineData(Fault.Hang), InlineData(Fault.HangAfterwards), InlineData(Fault.Drop), InlineData(Fault.LoseAnswer)]
    [InlineData(Fault.BreakBody), InlineData(Fault.HalveBody), InlineData(Fault.NotFoundByGateway), InlineData(Fault.PageByGateway)]
    public async Task A_reading_that_gets_no_answer_of_the_service_is_an_outage_and_no_missing_row(Fault fault)
    {
        await using var proxy = await FaultProxy.StartAsync(service.ConnectionString);
        var (grants, grant) = (new GrantStore(Tables.Connect(proxy.ConnectionString)), Some.Grant());
        await grants.InsertAsync(grant, default);
        proxy.Do(fault);
        var waited = Stopwatch.StartNew();
        var outage = await Assert.ThrowsAsync<TableOutageException>(() => grants.FindAsync(grant.Id, default));
        Assert.InRange(waited.Elapsed, TimeSpan.Zero, Soon);
        Assert.Equal((0, false), (outage.Status, outage.MayBeWritten));
        Assert.DoesNotContain('\n', outage.Message);
    }

    [Theory]
    [InlineData(Fault.Hang), InlineData(Fault.HalveBody), InlineData(Fault.PageByGateway), InlineData(Fault.NotFoundByGateway)]
    public async Task So_is_a_query(Fault fault)
    {
        await using var proxy = await FaultProxy.StartAsync(service.ConnectionString);
        var users = new UserStore(Tables.Connect(proxy.ConnectionString));
        var user = Some.User();
        await users.TryAddAsync(user, default);
        proxy.Do(fault);
        var waited = Stopwatch.StartNew();
        await Assert.ThrowsAsync<TableOutageException>(() => users.FindAccountAsync(user.Subject, "web", default));
        await Assert.ThrowsAsync<TableOutageException>(() => Tables.Connect(proxy.ConnectionString).CheckAsync(default));
        Assert.InRange(waited.Elapsed, TimeSpan.Zero, 2 * Soon);
    }

    [Theory]
    [InlineData(Fault.Hang, true), InlineData(Fault.HangAfterwards, true), InlineData(Fault.Drop, true), InlineData(Fault.BadGateway, true)]
    [InlineData(Fault.PageByGateway, true)]
    public async Task A_write_of_which_nobody_knows_says_so(Fault fault, bool mayBeWritten)
    {
        await using var proxy = await FaultProxy.StartAsync(service.ConnectionString);
        var (grants, grant) = (new GrantStore(Tables.Connect(proxy.ConnectionString)), Some.Grant());
        await grants.InsertAsync(grant, default);
        var read = (await grants.FindAsync(grant.Id, default))!;
        proxy.Do(fault, fault == Fault.HangAfterwards ? [] : ["PUT"]);
        var waited = Stopwatch.StartNew();
        var outage = await Assert.ThrowsAsync<TableOutageException>(() => grants.TryReplaceAsync(read, grant.Redeemed(null), default));
        Assert.InRange(waited.Elapsed, TimeSpan.Zero, Soon);
        Assert.Equal(mayBeWritten, outage.MayBeWritten);
    }

    [Fact]
    public async Task A_write_that_was_refused_or_never_sent_was_certainly_not_written()
    {
        var proxy = await FaultProxy.StartAsync(service.ConnectionString);
        var (grants, grant) = (new GrantStore(Tables.Connect(proxy.ConnectionString)), Some.Grant());
        await grants.InsertAsync(grant, default);
        var read = (await grants.FindAsync(grant.Id, default))!;
        proxy.Do(Fault.Busy, "PUT");
        var busy = await Assert.ThrowsAnyAsync<RequestFailedException>(() => grants.TryReplaceAsync(read, grant.Redeemed(null), default));
        Assert.Equal((503, "ServerBusy"), (busy.Status, busy.ErrorCode));
        await proxy.DisposeAsync();
        var refused = await Assert.ThrowsAsync<TableOutageException>(() => grants.TryReplaceAsync(read, grant.Redeemed(null), default));
        Assert.False(refused.MayBeWritten);
        Assert.Contains("cannot be reached", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_write_whose_answers_all_are_lost_is_found_in_its_row()
    {
        await using var proxy = await FaultProxy.StartAsync(service.ConnectionString);
        var (grants, grant) = (new GrantStore(Tables.Connect(proxy.ConnectionString)), Some.Grant());
        await grants.InsertAsync(grant, default);
        var read = (await grants.FindAsync(grant.Id, default))!;
        proxy.Do(Fault.LoseAnswer, "PUT");
        Assert.True(await grants.TryReplaceAsync(read, grant.Redeemed(null), default));
    }

    [Fact]
    public async Task A_deletion_whose_answer_was_lost_is_one()
    {
        await using var proxy = await FaultProxy.StartAsync(service.ConnectionString);
        var (clients, client) = (new ClientStore(Tables.Connect(proxy.ConnectionString), new FakeClock(), TimeSpan.Zero), Some.Client());
        await clients.TryAddAsync(client, default);
        var deletions = 0;
        proxy.Choose = (request, _) => request.Method == "DELETE" && Interlocked.Increment(ref deletions) == 1 ? Fault.LoseAnswer : Fault.None;
        Assert.True(await clients.TryRemoveAsync(client.ClientId, default));
        Assert.False(await clients.TryRemoveAsync(client.ClientId, default));
    }

    [Fact]
    public async Task Who_gives_up_is_told_that_and_at_once()
    {
        await using var proxy = await FaultProxy.StartAsync(service.ConnectionString);
        var grants = new GrantStore(Tables.Connect(proxy.ConnectionString));
        proxy.Do(Fault.Hang);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(0.5));
        var waited = Stopwatch.StartNew();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => grants.FindAsync(Some.Id(), patience.Token));
        Assert.InRange(waited.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task A_row_that_others_change_for_ever_is_given_up_with_pauses_and_on_cancellation()
    {
        await using var proxy = await FaultProxy.StartAsync(service.ConnectionString);
        var (grants, grant) = (new GrantStore(Tables.Connect(proxy.ConnectionString)), Some.Grant());
        await grants.InsertAsync(grant, default);
        proxy.Do(Fault.Changed, "PUT");
        var before = proxy.Requests;
        var waited = Stopwatch.StartNew();
        await Assert.ThrowsAsync<TableOutageException>(() => grants.RecordRevokedTokenAsync(grant.Id, Some.Now.AddHours(5), default));
        Assert.InRange(waited.Elapsed, TimeSpan.FromSeconds(0.2), Soon);
        Assert.InRange(proxy.Requests - before, 2, 40);
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => grants.RecordRevokedTokenAsync(grant.Id, Some.Now.AddHours(5), patience.Token));
        // To revoke takes no look at what others write.
        await grants.RevokeAsync(grant.Id, default);
        Assert.Equal(Protocol.GrantState.Revoked, (await grants.FindAsync(grant.Id, default))!.Value.State);
    }
}

using Postern.Server;

namespace Postern.Tests;

/// <summary>What anybody may cause to be logged costs the operator money.</summary>
public sealed class BoundedLogTests : IDisposable
{
    private static readonly EventId Refusal = 1;

    private readonly FakeClock clock = new();
    private readonly LogLines lines = new();

    [Fact]
    public void Of_one_kind_so_many_lines_a_minute_are_kept_and_the_next_minute_says_how_many_were_not()
    {
        var log = Fill();
        Assert.Equal(BoundedLog.MaxPerMinute, lines.Lines.Count);
        clock.Advance(TimeSpan.FromMinutes(1));
        log.LogInformation(Refusal, "after");
        Assert.Equal(["Warning log 5 lines like the next one were left out", "Information log after"], Last(2).Select(line => line.Split(',')[0].Trim()));
    }

    [Fact]
    public void Warnings_and_lines_of_another_kind_are_all_there()
    {
        var log = Fill();
        for (var i = 0; i < BoundedLog.MaxPerMinute + 5; i++)
            log.LogWarning(Refusal, "grave");
        log.LogInformation(new EventId(2), "other");
        Assert.Equal((2 * BoundedLog.MaxPerMinute) + 6, lines.Lines.Count);
    }

    [Fact]
    public async Task A_stranger_who_sends_nonsense_without_end_does_not_fill_the_log()
    {
        await using var own = await AuthServer.StartAsync();
        for (var i = 0; i < BoundedLog.MaxPerMinute + 5; i++)
            await own.PostRawAsync("/token", "grant_type=nonsense&client_id=nobody");
        Assert.Equal(BoundedLog.MaxPerMinute, own.Log.Lines.Count(line => line.Contains("/token refused", StringComparison.Ordinal)));
    }

    public void Dispose() => lines.Dispose();

    private IEnumerable<string> Last(int count) => lines.Lines.TakeLast(count);

    private BoundedLog Fill()
    {
        var log = new BoundedLog(lines.CreateLogger("log"), clock);
        for (var i = 0; i < BoundedLog.MaxPerMinute + 5; i++)
            log.LogInformation(Refusal, "nonsense");
        return log;
    }
}

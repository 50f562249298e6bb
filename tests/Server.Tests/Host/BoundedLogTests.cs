using Postern.Server;

namespace Postern.Tests;

/// <summary>What anybody may cause to be logged costs the operator money.</summary>
public sealed class BoundedLogTests : IDisposable
{
    private static readonly EventId Refusal = 1;

    private readonly FakeClock clock = new();
    private readonly LogLines lines = new();

    [Fact]
    public void Of_one_kind_so_many_lines_are_kept_and_the_first_one_after_a_while_says_how_many_were_not()
    {
        var log = Fill();
        Assert.Equal(BoundedLog.MaxLines, lines.Lines.Count);
        clock.Advance(BoundedLog.While);
        log.LogInformation(Refusal, "after");
        Assert.Equal(["Warning log 5 lines like the next one were left out", "Information log after"], Last(2).Select(line => line.Split(',')[0].Trim()));
    }

    [Fact]
    public void Warnings_and_lines_of_another_kind_are_all_there()
    {
        var log = Fill();
        for (var i = 0; i < BoundedLog.MaxLines + 5; i++)
            log.LogWarning(Refusal, "grave");
        log.LogInformation(new EventId(2), "other");
        Assert.Equal((2 * BoundedLog.MaxLines) + 6, lines.Lines.Count);
    }

    [Fact]
    public async Task The_server_has_such_a_log()
    {
        await using var own = await AuthServer.StartAsync();
        Assert.IsType<BoundedLog>(own.Logger);
    }

    public void Dispose() => lines.Dispose();

    private IEnumerable<string> Last(int count) => lines.Lines.TakeLast(count);

    private BoundedLog Fill()
    {
        var log = new BoundedLog(lines.CreateLogger("log"), clock);
        for (var i = 0; i < BoundedLog.MaxLines + 5; i++)
            log.LogInformation(Refusal, "nonsense");
        return log;
    }
}

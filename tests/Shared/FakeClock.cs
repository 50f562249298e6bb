namespace Postern.Tests;

/// <summary>
/// A clock that moves only when told to. Starts at noon of a fixed day unless told otherwise. Its steady time goes on even
/// where its wall clock is set back.
/// </summary>
public sealed class FakeClock(DateTimeOffset? start = null) : TimeProvider
{
    private TimeSpan passed;
    private DateTimeOffset now = start ?? new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    public DateTimeOffset Now => now;

    public override DateTimeOffset GetUtcNow() => now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => passed.Ticks;

    public void Advance(TimeSpan by)
    {
        now += by;
        passed += by;
    }

    /// <summary>Somebody corrects the wall clock; no time passes.</summary>
    public void Set(TimeSpan by) => now += by;
}

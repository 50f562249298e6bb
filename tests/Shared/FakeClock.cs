namespace Postern.Tests;

/// <summary>A clock that moves only when told to. Starts at noon of a fixed day unless told otherwise.</summary>
public sealed class FakeClock(DateTimeOffset? start = null) : TimeProvider
{
    private DateTimeOffset now = start ?? new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    public DateTimeOffset Now => now;

    public override DateTimeOffset GetUtcNow() => now;

    public void Advance(TimeSpan by) => now += by;
}

using Postern.Signing;

namespace Postern.Tests;

/// <summary>What is read now and then: how old it may be, and when it is read again.</summary>
public class RefreshedTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Oldest = TimeSpan.FromHours(1);

    private readonly FakeClock clock = new();
    private readonly Source source = new();
    private readonly Refreshed<string> value;

    // No value is settled when it is read again, so every reading is waited for.
    public RefreshedTests() => value = new Refreshed<string>(source.ReadAsync, Interval, Interval, clock);

    [Fact]
    public async Task Where_reading_fails_a_value_is_given_while_it_is_not_older_than_the_caller_can_bear_and_no_longer()
    {
        Assert.Equal("1", await GetAsync(Oldest));
        source.Fails = true;

        clock.Advance(Oldest - TimeSpan.FromTicks(1));
        Assert.Equal("1", await GetAsync(Oldest));
        clock.Advance(TimeSpan.FromTicks(1));
        await Assert.ThrowsAsync<IOException>(() => GetAsync(Oldest));
        // Another caller can bear more.
        Assert.Equal("1", await GetAsync(TimeSpan.MaxValue));
    }

    [Theory]
    [InlineData(-2)]
    [InlineData(2)]
    public async Task A_wall_clock_that_is_corrected_makes_no_value_older_or_newer(int hours)
    {
        await GetAsync(Oldest);
        clock.Set(TimeSpan.FromHours(hours));
        clock.Advance(Interval - TimeSpan.FromTicks(1));
        Assert.Equal("1", await GetAsync(Oldest));
        clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal("2", await GetAsync(Oldest));
    }

    [Fact]
    public async Task After_a_failure_nobody_reads_for_a_while_where_an_older_value_serves()
    {
        await GetAsync(Oldest);
        source.Fails = true;
        clock.Advance(Interval);
        await GetAsync(Oldest);
        Assert.Equal(2, source.Readings);

        for (var again = 0; again < 3; again++)
            Assert.Equal("1", await GetAsync(Oldest));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("1", await GetAsync(Oldest));
        Assert.Equal(2, source.Readings);

        source.Fails = false;
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("3", await GetAsync(Oldest));
        Assert.Equal(3, source.Readings);
    }

    [Fact]
    public async Task A_failure_keeps_nobody_from_reading_whom_the_older_value_does_not_serve()
    {
        await GetAsync(Oldest);
        source.Fails = true;
        clock.Advance(Interval);
        await GetAsync(Oldest);
        source.Fails = false;

        Assert.Equal("3", await GetAsync(Interval));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Who_wants_the_value_as_it_is_now_gets_none_that_was_being_read_already(bool fails)
    {
        var answer = source.HoldNext();
        var before = GetAsync(Oldest);
        await source.Started.WaitAsync(World.Cancellation);
        var now = value.ReadAgainAsync(World.Cancellation);

        Assert.False(now.IsCompleted);
        Assert.Equal(1, source.Readings);
        if (fails)
            answer.SetException(new IOException());
        else
            answer.SetResult("what may have changed since");

        Assert.Equal("2", await now);
        if (fails)
            await Assert.ThrowsAsync<IOException>(() => before);
        else
            Assert.Equal("what may have changed since", await before);
        Assert.Equal("2", await GetAsync(Oldest));
    }

    [Fact]
    public async Task Who_wants_the_value_as_it_is_now_gets_no_fresh_one_of_before()
    {
        Assert.Equal("1", await GetAsync(Oldest));

        Assert.Equal("2", await value.ReadAgainAsync(World.Cancellation));
    }

    private Task<string> GetAsync(TimeSpan oldest) => value.GetAsync(oldest, World.Cancellation).AsTask();

    /// <summary>Gives the number of the reading, fails or waits, as it is told.</summary>
    private sealed class Source
    {
        private readonly TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private TaskCompletionSource<string>? held;
        private int readings;

        public bool Fails { get; set; }

        public int Readings => Volatile.Read(ref readings);

        public Task Started => started.Task;

        public TaskCompletionSource<string> HoldNext() => held = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task<string> ReadAsync(CancellationToken cancellation)
        {
            var number = Interlocked.Increment(ref readings);
            started.TrySetResult();
            if (Interlocked.Exchange(ref held, null) is { } answer)
                return await answer.Task;
            return Fails ? throw new IOException() : $"{number}";
        }
    }
}

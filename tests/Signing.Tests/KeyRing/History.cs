using Postern.Protocol;
using Postern.Signing;

namespace Postern.Tests;

/// <summary>
/// What two instances sign with and publish while keys are created, disabled and enabled, at every step of a history. Each
/// reads the keys now and then, at different times; between readings it knows only what it read.
/// </summary>
internal sealed class History
{
    public const int Step = 5;
    private const int MostOperations = 16;

    private static readonly DateTimeOffset Start = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    public static readonly KeySchedule Schedule = new()
    {
        Lead = TimeSpan.FromMinutes(120),
        RefreshInterval = TimeSpan.FromMinutes(10),
        LongestToken = TimeSpan.FromMinutes(60),
    };

    private readonly List<KeyVersion> keys = [];

    /// <param name="script">Pairs: how long to wait, and what to do then.</param>
    /// <param name="enables">Whether disabled keys may be enabled again.</param>
    public History(byte[] script, bool enables)
    {
        var steps = new List<Moment>();
        var instances = new[] { new Instance(0), new Instance(1) };
        var pairs = script.Chunk(2).Where(pair => pair.Length == 2).Take(MostOperations).Select(pair => (pair[0] % 60, pair[1]));
        foreach (var (wait, operation) in pairs.Append((60, (byte)255)))
        {
            for (var i = 0; i < wait; i++)
                steps.Add(Advance(steps.Count, instances));
            Apply(operation, steps.Count, enables);
        }
        Moments = steps;
    }

    public IReadOnlyList<Moment> Moments { get; }

    /// <summary>Steps at which anything changed.</summary>
    public List<int> Changes { get; } = [];

    /// <summary>Steps at which a key was disabled or enabled.</summary>
    public List<int> Emergencies { get; } = [];

    public static DateTimeOffset At(int step) => Start.AddMinutes(step * Step);

    public static int Steps(TimeSpan span) => (int)(span.TotalMinutes / Step);

    private Moment Advance(int step, Instance[] instances)
    {
        foreach (var instance in instances.Where(instance => (step + instance.Phase) % Steps(Schedule.RefreshInterval) == 0))
            instance.Known = keys.SequenceEqual(instance.Known) ? instance.Known : [.. keys];
        var disabled = keys.Where(key => !key.Enabled).Select(key => key.Id).ToHashSet();
        return new Moment([.. instances.Select(instance => instance.See(At(step)))], disabled);
    }

    private void Apply(byte operation, int step, bool enables)
    {
        var target = keys.Count == 0 ? 0 : operation / 4 % keys.Count;
        if (operation % 4 is 0 or 1)
            keys.Add(new KeyVersion($"{keys.Count:D2}", Jwk.Rsa, At(step))
            {
                NotBefore = operation % 16 == 4 ? At(step + (operation / 16 * 4)) : null,
                ExpiresAt = operation % 16 == 8 ? At(step + 10 + (operation / 16 * 10)) : null,
            });
        else if (keys.Count > 0 && (operation % 4 == 2 || enables))
        {
            keys[target] = keys[target] with { Enabled = operation % 4 != 2, UpdatedAt = At(step) };
            Emergencies.Add(step);
        }
        Changes.Add(step);
    }

    /// <summary>What each instance does at one step, and which keys are disabled whether they know it or not.</summary>
    internal sealed record Moment(IReadOnlyList<View> Views, IReadOnlySet<string> Disabled);

    internal sealed record View(
        string? Signs,
        IReadOnlySet<string> Published,
        IReadOnlyList<KeyVersion> Good,
        KeyVersion[] Known,
        DateTimeOffset UnchangedUntil
    );

    private sealed class Instance(int phase)
    {
        public int Phase => phase;

        public KeyVersion[] Known { get; set; } = [];

        public View See(DateTimeOffset now)
        {
            var ring = new KeyRing(Known, Schedule);
            return new View(
                ring.Signing(Jwk.Rsa, now)?.Id,
                ring.Published(now).Select(key => key.Id).ToHashSet(),
                [.. Known.Where(key => key.Enabled && !(key.NotBefore > now) && !(key.ExpiresAt <= now))],
                Known,
                ring.UnchangedUntil(now));
        }
    }
}

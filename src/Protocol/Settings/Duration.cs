using System.Globalization;

namespace Postern.Protocol;

/// <summary>How people write durations: a number and a unit, s, m, h or d.</summary>
public static class Duration
{
    public const string Examples = "60s, 15m, 12h or 30d";

    private static readonly (char Letter, TimeSpan Length)[] Units =
    [
        ('d', TimeSpan.FromDays(1)),
        ('h', TimeSpan.FromHours(1)),
        ('m', TimeSpan.FromMinutes(1)),
        ('s', TimeSpan.FromSeconds(1)),
    ];

    /// <summary>Null for anything else, and for more than a <see cref="TimeSpan"/> holds.</summary>
    public static TimeSpan? TryParse(string text)
    {
        if (text.Length < 2 || !uint.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return null;
        var unit = Units.FirstOrDefault(unit => unit.Letter == text[^1]).Length;
        return unit == TimeSpan.Zero || number > TimeSpan.MaxValue / unit ? null : number * unit;
    }

    /// <summary>In the largest unit that needs no fraction; what is below a second is left out.</summary>
    public static string Format(TimeSpan duration)
    {
        var (letter, length) = Units.FirstOrDefault(unit => duration >= unit.Length && duration.Ticks % unit.Length.Ticks == 0, Units[^1]);
        return $"{(duration.Ticks / length.Ticks).ToString(CultureInfo.InvariantCulture)}{letter}";
    }
}

namespace Postern.Protocol;

/// <summary>A variable that begins like a setting and is none: most often a slip, which would go unnoticed.</summary>
/// <param name="Name">As it is set.</param>
/// <param name="Nearest">The setting that differs in one letter, where there is one.</param>
public sealed record UnknownSetting(string Name, string? Nearest)
{
    private const string Prefix = "POSTERN_";

    /// <summary>What is wrong, and what to do, as two sentences.</summary>
    public override string ToString() => $"{Name} is no setting. {Advice}";

    public string Advice => Nearest is null ? "Remove it, or look for its name in the README." : $"Did you mean {Nearest}?";

    /// <param name="variables">The names of all variables of the environment.</param>
    public static IEnumerable<UnknownSetting> Among(IEnumerable<string> variables)
    {
        var settings = ServerOptions.Names();
        return variables
            .Where(name => name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            .Except(settings)
            .Order(StringComparer.Ordinal)
            .Select(name => new UnknownSetting(name, settings.FirstOrDefault(known => IsSlip(name.ToUpperInvariant(), known))));
    }

    // One letter too many, too few or wrong is a slip; more is another word.
    private static bool IsSlip(string one, string other)
    {
        var start = one.Zip(other).TakeWhile(pair => pair.First == pair.Second).Count();
        var end = one.Reverse().Zip(other.Reverse()).TakeWhile(pair => pair.First == pair.Second).Count();
        return Math.Max(one.Length, other.Length) - Math.Min(start + end, Math.Min(one.Length, other.Length)) <= 1;
    }
}

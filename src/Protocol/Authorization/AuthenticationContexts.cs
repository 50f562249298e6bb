namespace Postern.Protocol;

/// <summary>
/// The authentication contexts (<c>acr</c>, OpenID Connect Core §2) that this server tells apart, from the weakest to the strongest,
/// each by what people prove themselves with (<c>amr</c>, RFC 8176). This is their only list.
/// </summary>
public static class AuthenticationContexts
{
    /// <summary>One factor, whichever it is.</summary>
    public const string OneFactor = "urn:postern:acr:1fa";

    private static readonly (string Acr, Func<IReadOnlyList<string>, bool> IsMet)[] Levels = [(OneFactor, amr => amr.Count > 0)];

    /// <summary>By these the server's metadata announces them.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Levels.Select(level => level.Acr)];

    /// <summary>The strongest that is met; null where nobody has proved anything.</summary>
    public static string? Of(IReadOnlyList<string> amr) => Levels.LastOrDefault(level => level.IsMet(amr)).Acr;

    /// <summary>Whether one of those that are wanted is met.</summary>
    public static bool Meets(IReadOnlyList<string> amr, IReadOnlyList<string> wanted) =>
        Levels.Any(level => wanted.Contains(level.Acr, StringComparer.Ordinal) && level.IsMet(amr));
}

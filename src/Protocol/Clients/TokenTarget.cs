namespace Postern.Protocol;

/// <summary>An audience for which a client may get tokens in exchange, and with which scope at most.</summary>
public sealed record TokenTarget(string Audience, Scope Scope)
{
    /// <summary>Reads an audience and scope values behind it, separated by spaces; null for anything else.</summary>
    public static TokenTarget? TryParse(string text)
    {
        var words = text.Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (words is not [{ Length: <= 1000 } audience, ..] || audience.Any(c => c is <= ' ' or > '~'))
            return null;
        return Scope.TryParse(words.ElementAtOrDefault(1)) is { HasJoinedValues: false } scope ? new TokenTarget(audience, scope) : null;
    }

    /// <summary>What <see cref="TryParse"/> reads.</summary>
    public override string ToString() => Scope.IsEmpty ? Audience : $"{Audience} {Scope}";
}

namespace Postern.Protocol;

/// <summary>What the client wants people to be asked (OpenID Connect Core §3.1.2.1).</summary>
[Flags]
public enum Prompt
{
    Unspecified = 0,
    None = 1,
    Login = 2,
    Consent = 4,
    SelectAccount = 8,
}

public static class Prompts
{
    /// <summary>The wire names, by which the server's metadata announces them.</summary>
    public static IReadOnlyList<string> All { get; } = ["none", "login", "consent", "select_account"];

    /// <summary>Null for unknown values and for none together with another.</summary>
    public static Prompt? TryParse(string? text)
    {
        var prompt = Prompt.Unspecified;
        foreach (var value in (text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (All.IndexOf(value) is var index and >= 0)
                prompt |= (Prompt)(1 << index);
            else
                return null;
        }
        return prompt.HasFlag(Prompt.None) && prompt != Prompt.None ? null : prompt;
    }

    private static int IndexOf(this IReadOnlyList<string> list, string value) => list.ToList().IndexOf(value);
}

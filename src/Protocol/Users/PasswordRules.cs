namespace Postern.Protocol;

/// <summary>
/// What a new password must not be: short, or among what is guessed first (NIST SP 800-63B §3.1.1.2). Who guesses knows
/// the lists, and how people lengthen and disguise what stands in them; so does this. Passwords in use are not looked at.
/// </summary>
public static class PasswordRules
{
    // A year and an exclamation mark: what people add when a form wants more.
    private const int MaxAddition = 5;

    private const int MinDistinct = 4;

    // A shorter name stands in a good password by chance.
    private const int MinName = 3;

    private const string Advice = "Choose another, such as several words that do not belong together.";

    private static readonly Lazy<HashSet<string>> Common = new(ReadCommon);

    /// <summary>What is wrong with it, in a sentence for whoever chose it; null where nothing is.</summary>
    /// <param name="typed">The password.</param>
    /// <param name="names">What the person is called: login name, email address, name.</param>
    public static string? Problem(string typed, params IEnumerable<string?> names)
    {
        if (Nfc.OrNull(typed) is not { } password)
            return "The password has a character that is none.";
        if (PasswordText.Length(password) is < PasswordText.MinLength or > PasswordText.MaxLength)
            return $"A password has {PasswordText.MinLength} to {PasswordText.MaxLength} characters.";
        var text = password.ToLowerInvariant();
        if (IsMonotonous(text))
            return $"The password repeats a few characters or counts on from one. {Advice}";
        if (names.SelectMany(Parts).Any(name => IsLittleMore(Piece(text), name)))
            return $"The password is a name of this person, or little more. {Advice}";
        return IsCommon(text) || IsCommon(Piece(text)) ? $"The password is one of those that are guessed first. {Advice}" : null;
    }

    // aaaaaaaa, 12121212, 23456789.
    private static bool IsMonotonous(string text) => text.EnumerateRunes().Distinct().Count() < MinDistinct || IsCounting(text);

    private static bool IsCounting(string text) =>
        new[] { 1, -1 }.Any(step => text.Zip(text.Skip(1)).All(pair => pair.Second - pair.First == step));

    // alicealice is what alice is.
    private static string Piece(string text)
    {
        var length = Enumerable.Range(1, text.Length).First(size => text.Skip(size).Zip(text).All(pair => pair.First == pair.Second));
        return text[..length];
    }

    // Without what was added at either end, or with it, for digits may stand for letters there too.
    private static bool IsCommon(string text)
    {
        var start = text.TakeWhile(c => !char.IsLetter(c)).Count();
        var end = text.Length - text.Reverse().TakeWhile(c => !char.IsLetter(c)).Count();
        return new[] { 0, start }.Any(from => new[] { text.Length, end }.Any(to =>
            from < to && IsAddition(text[..from]) && IsAddition(text[to..]) && Common.Value.Contains(Undisguised(text[from..to]))));
    }

    private static bool IsLittleMore(string text, string name)
    {
        foreach (var (whole, part) in new[] { (text, name), (Undisguised(text), Undisguised(name)) })
        {
            var at = part.Length < MinName ? -1 : whole.IndexOf(part, StringComparison.Ordinal);
            if (at >= 0 && IsAddition(whole[..at]) && IsAddition(whole[(at + part.Length)..]))
                return true;
        }
        return false;
    }

    private static bool IsAddition(string text) => text.Length <= MaxAddition || IsMonotonous(text) || Common.Value.Contains(Undisguised(text));

    // The whole, and of an address what stands before the @.
    private static IEnumerable<string> Parts(string? name) =>
        Nfc.OrNull(name ?? "")?.ToLowerInvariant() is { } text ? new[] { text, text.Split('@')[0], string.Concat(text.Where(c => c != ' ')) } : [];

    // P@ssw0rd and pass-word are password; l and 1 look alike, so they are one letter here.
    private static string Undisguised(string text) => string.Concat(text.ToLowerInvariant().Select(Letter).Where(char.IsLetterOrDigit));

    private static char Letter(char c) =>
        c switch
        {
            '@' or '4' => 'a',
            '8' => 'b',
            '3' => 'e',
            '9' => 'g',
            '1' or '!' or 'l' or '|' => 'i',
            '0' => 'o',
            '5' or '$' => 's',
            '7' or '+' => 't',
            _ => c,
        };

    private static HashSet<string> ReadCommon()
    {
        using var resource = typeof(PasswordRules).Assembly.GetManifestResourceStream("common-passwords.txt")
            ?? throw new InvalidOperationException("The list of common passwords is not embedded.");
        using var reader = new StreamReader(resource);
        return reader.ReadToEnd().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(Undisguised).ToHashSet(StringComparer.Ordinal);
    }
}

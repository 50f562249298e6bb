using System.Globalization;
using System.Text;

namespace Postern.Protocol;

/// <summary>
/// Names that people read: of persons, of clients, of the server. What cannot be seen, or turns the text around, makes one name
/// pass for another on the consent page; where a script needs it between its letters, as Persian and Hindi do, it is part of the name.
/// </summary>
public static class VisibleText
{
    /// <summary>What a text has that is refused, as the end of a sentence.</summary>
    public const string Rule = "something to see, and nothing that is invisible or turns the text around";

    // Tibetan stacks four or five; more climb into the lines above.
    private const int MaxMarks = 8;

    private const int ZeroWidthNonJoiner = 0x200C;
    private const int ZeroWidthJoiner = 0x200D;
    private const int Keycap = 0x20E3;

    /// <summary>What looks like a blank or nothing and is no format character (Default_Ignorable_Code_Point, what fonts leave empty).</summary>
    private static readonly (int First, int Last)[] Blank =
    [
        (0x034F, 0x034F), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x2800, 0x2800), (0x3164, 0x3164), (0xFE00, 0xFE0F),
        (0xFFA0, 0xFFA0), (0xFFFC, 0xFFFD), (0x16FE4, 0x16FE4), (0x1D159, 0x1D159), (0xE0000, 0xE0FFF),
    ];

    /// <summary>Scripts that write joiners: Arabic to Samaritan, those of South and South-East Asia, Tibetan, Mongolian.</summary>
    private static readonly (int First, int Last)[] JoinerScripts =
    [
        (0x0600, 0x0DFF), (0x0F00, 0x109F), (0x1780, 0x18AF), (0x1B00, 0x1BBF), (0xFB50, 0xFEFE), (0x11000, 0x11FFF), (0x1E900, 0x1E95F),
    ];

    private static readonly (int First, int Last)[] Ideographs = [(0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF)];

    /// <summary>Whether all of it can be seen, and there is something to see.</summary>
    public static bool IsGood(string text)
    {
        Rune[] runes = [.. text.EnumerateRunes()];
        return runes.Any(IsInk)
            && !IsMark(runes[0])
            && !runes.Index().Any(one => IsHidden(runes, one.Index))
            && !Enumerable.Range(0, Math.Max(0, runes.Length - MaxMarks)).Any(at => runes[at..(at + MaxMarks + 1)].All(IsMark));
    }

    /// <summary>The text with a question mark for each character that is refused.</summary>
    public static string Shown(string text)
    {
        Rune[] runes = [.. text.EnumerateRunes()];
        return string.Concat(runes.Select((rune, at) => IsHidden(runes, at) ? "?" : rune.ToString()));
    }

    // Letters, digits, signs and symbols.
    private static bool IsInk(Rune rune) => Rune.IsLetterOrDigit(rune) || Rune.IsNumber(rune) || Rune.IsSymbol(rune) || Rune.IsPunctuation(rune);

    private static bool IsMark(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.SpacingCombiningMark;

    private static bool IsHidden(Rune[] runes, int at) =>
        Rune.GetUnicodeCategory(runes[at]) switch
        {
            UnicodeCategory.Control or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned => true,
            UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => true,
            UnicodeCategory.Format => !Belongs(runes, at),
            _ => In(Blank, runes[at]) && !Belongs(runes, at),
        };

    // Whether its script or its picture needs it here.
    private static bool Belongs(Rune[] runes, int at)
    {
        if (at == 0)
            return false;
        var (before, after) = (runes[at - 1], at + 1 < runes.Length ? runes[at + 1] : default);
        return runes[at].Value switch
        {
            ZeroWidthNonJoiner => JoinsLetters(before, after),
            ZeroWidthJoiner => JoinsLetters(before, after) || (IsPicture(runes, at - 1) && IsPictograph(after)),
            0xFE0E or 0xFE0F => IsPictograph(before) || (before.IsAscii && after.Value == Keycap),
            >= 0xFE00 and <= 0xFE02 or >= 0xE0100 and <= 0xE01EF => In(Ideographs, before),
            0x180B or 0x180C or 0x180D or 0x180F => before.Value is >= 0x1820 and <= 0x18AA,
            _ => false,
        };
    }

    // RFC 5892 appendix A.1 and A.2, without the tables of joining types. After a virama they shape the end of a word too.
    private static bool JoinsLetters(Rune before, Rune after) =>
        In(JoinerScripts, before) && (IsVirama(before) || (In(JoinerScripts, after) && (Rune.IsLetter(after) || IsMark(after))))
        && (Rune.IsLetter(before) || IsMark(before));

    private static bool IsVirama(Rune rune) => rune.Value is 0x0DCA || (rune.Value is >= 0x0900 and <= 0x0D7F && (rune.Value & 0x7F) == 0x4D);

    // With the sign behind it that wants it in colour.
    private static bool IsPicture(Rune[] runes, int at) =>
        IsPictograph(runes[at]) || (runes[at].Value == 0xFE0F && at > 0 && IsPictograph(runes[at - 1]));

    private static bool IsPictograph(Rune rune) =>
        !rune.IsAscii && (Rune.IsSymbol(rune) || rune.Value is 0x203C or 0x2049 or 0x3030) && !In(Blank, rune);

    private static bool In((int First, int Last)[] ranges, Rune rune) => ranges.Any(range => rune.Value >= range.First && rune.Value <= range.Last);
}

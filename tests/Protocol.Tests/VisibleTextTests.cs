using Postern.Protocol;

namespace Postern.Tests;

public class VisibleTextTests
{
    public static TheoryData<string, string> Good =>
        new()
        {
            { "Latin", "Jos\u00e9 O\u2019Neill-Smith, Jr." },
            { "decomposed", "Jose\u0301" },
            { "Persian with ZWNJ", "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627" },
            { "Hindi with ZWJ", "\u0930\u093e\u091c\u0915\u094d\u200d\u0937" },
            { "Malayalam chillu at the end", "\u0d05\u0d28\u0d3f\u0d32\u0d4d\u200d" },
            { "Bengali", "\u09b0\u200d\u09cd\u09af\u09be" },
            { "Sinhala", "\u0dc1\u0dca\u200d\u0dbb\u0dd3" },
            { "Hebrew", "\u05d3\u05d5\u05d3" },
            { "Japanese with an ideographic space", "\u5c71\u7530\u3000\u592a\u90ce" },
            { "Japanese with a variant", "\u845b\udb40\udd00\u57ce" },
            { "Korean", "\uae40\ubbfc\uc900" },
            { "Tibetan", "\u0f56\u0f66\u0f92\u0fb2\u0f74\u0f56\u0f66" },
            { "emoji", "Cat \ud83d\ude3a" },
            { "emoji family", "\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67" },
            { "emoji with skin and profession", "\ud83d\udc69\ud83c\udffd\u200d\ud83d\ude80" },
            { "emoji in colour", "\u2764\ufe0f\u200d\ud83d\udd25" },
            { "rainbow flag", "\ud83c\udff3\ufe0f\u200d\ud83c\udf08" },
            { "keycap", "1\ufe0f\u20e3" },
            { "one letter", "A" },
            { "signs", "<script>" },
            { "trade mark", "Shop\u2122" },
        };

    [Theory, MemberData(nameof(Good))]
    public void A_name_is_good_in_whatever_script(string what, string text)
    {
        Assert.True(VisibleText.IsGood(text), what);
        Assert.Equal(text, VisibleText.Shown(text));
    }

    public static TheoryData<string, string> Bad =>
        new()
        {
            { "nothing", "" },
            { "blank", " " },
            { "blanks", " \u00a0\u3000\u2003\u202f\u205f\u1680" },
            { "right-to-left override", "Bank\u202eknab" },
            { "left-to-right override", "\u202dBank" },
            { "embedding", "\u202aBank\u202c" },
            { "isolate", "\u2066Bank\u2069" },
            { "mark of direction", "Bank\u200f" },
            { "Arabic letter mark", "\u0639\u061c" },
            { "tags", "Bank\udb40\udc41\udb40\udc42" },
            { "tagged flag", "\ud83c\udff4\udb40\udc67\udb40\udc62\udb40\udc7f" },
            { "Hangul filler", "\u3164" },
            { "Hangul filler between", "Ba\u3164nk" },
            { "half-width filler", "Bank\uffa0" },
            { "jamo fillers", "\u115f\u1160" },
            { "Khmer vowels", "Bank\u17b4" },
            { "grapheme joiner", "Ba\u034fnk" },
            { "soft hyphen", "Ba\u00adnk" },
            { "zero-width space", "Ba\u200bnk" },
            { "word joiner", "Ba\u2060nk" },
            { "byte order mark", "\ufeffBank" },
            { "ZWNJ between Latin letters", "Ba\u200cnk" },
            { "ZWJ between Latin letters", "Ba\u200dnk" },
            { "ZWNJ twice", "\u0639\u0644\u06cc\u200c\u200c\u0631\u0636\u0627" },
            { "ZWNJ at the end", "\u0639\u0644\u06cc\u200c" },
            { "ZWJ alone", "\u200d" },
            { "ZWJ after an emoji", "\ud83d\ude3a\u200d" },
            { "variation of a letter", "Ba\ufe0fnk" },
            { "ideographic variant of a letter", "Ba\udb40\udd00nk" },
            { "Mongolian separator", "Ba\u180enk" },
            { "Braille blank", "\u2800" },
            { "line separator", "Ba\u2028nk" },
            { "tab", "Ba\tnk" },
            { "U+0085", "Ba\u0085nk" },
            { "NUL", "Ba\0nk" },
            { "private use", "Bank\ue000" },
            { "noncharacter", "Bank\uffff" },
            { "replacement", "Bank\ufffd" },
            { "half of a pair", "Bank\ud83d" },
            { "object", "\ufffc" },
            { "musical nothing", "\ud834\udd59" },
            { "marks alone", "\u0301\u0302" },
            { "a mark first", "\u0338Bank" },
            { "marks over marks", "B" + new string('\u0335', 9) + "ank" },
        };

    [Theory, MemberData(nameof(Bad))]
    public void What_cannot_be_seen_or_turns_the_text_around_is_no_name(string what, string text) => Assert.False(VisibleText.IsGood(text), what);

    [Fact]
    public void What_is_shown_has_a_question_mark_for_what_is_hidden()
    {
        Assert.Equal("Ba?nk ????", VisibleText.Shown("Ba\u202enk \udb40\udc41\t\ud83d\u3164"));
        Assert.Equal("", VisibleText.Shown(""));
    }

    [Fact]
    public void What_is_shown_can_be_shown() =>
        Any.Always(Any.Text, text => VisibleText.Shown(VisibleText.Shown(text)) == VisibleText.Shown(text));
}

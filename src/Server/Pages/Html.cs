using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Postern.Server;

/// <summary>
/// Markup in which every hole is encoded; only other markup goes in as it is. The encoding is right for text and for
/// quoted attribute values, so holes are nowhere else.
/// </summary>
internal readonly struct Html
{
    // Letters of every script stay readable; the characters of markup never stay.
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly string? markup;

    private Html(string markup) => this.markup = markup;

    public static Html Empty { get; } = new("");

    public static Html Of(Handler markup) => new(markup.ToString());

    public override string ToString() => markup ?? "";

    /// <summary>Collects literals as they are and holes encoded.</summary>
    [InterpolatedStringHandler]
    internal readonly struct Handler(int literalLength, int holes)
    {
        private readonly StringBuilder builder = new(literalLength + (holes * 16));

        /// <summary>For the compiler. What is not a constant does not build here (CA1857), so nothing variable gets in unencoded.</summary>
        public void AppendLiteral([ConstantExpected] string literal) => builder.Append(literal);

        public void AppendFormatted(string? text) => builder.Append(Encoder.Encode(text ?? ""));

        public void AppendFormatted(Html markup) => builder.Append(markup.markup);

        public void AppendFormatted(IEnumerable<Html> parts) => builder.AppendJoin("", parts);

        public override string ToString() => builder.ToString();
    }
}

using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;

namespace Postern.Server;

/// <summary>
/// Markup in which every hole is encoded; only other markup goes in as it is. The encoding is right for text and for
/// quoted attribute values, so holes are nowhere else.
/// </summary>
internal readonly struct Html
{
    private readonly string? markup;

    private Html(string markup) => this.markup = markup;

    public static Html Empty { get; } = new("");

    public static Html Of(Handler markup) => new(markup.ToString());

    public static Html Join(IEnumerable<Html> parts) => new(string.Concat(parts));

    public override string ToString() => markup ?? "";

    /// <summary>Collects literals as they are and holes encoded.</summary>
    [InterpolatedStringHandler]
    internal readonly struct Handler(int literalLength, int holes)
    {
        private readonly StringBuilder builder = new(literalLength + (holes * 16));

        public void AppendLiteral(string literal) => builder.Append(literal);

        public void AppendFormatted(string? text) => builder.Append(HtmlEncoder.Default.Encode(text ?? ""));

        public void AppendFormatted(Html markup) => builder.Append(markup.ToString());

        public override string ToString() => builder.ToString();
    }
}

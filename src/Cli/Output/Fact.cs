using System.Globalization;
using Postern.Protocol;

namespace Postern.Cli;

/// <summary>
/// One line of an answer. The name is the same in text and in JSON; the value is a text, a flag, an instant, a duration,
/// a list of texts, claims or null.
/// </summary>
/// <param name="Name">What it is.</param>
/// <param name="Value">What is known of it.</param>
/// <param name="Absent">What people read where nothing is.</param>
internal sealed record Fact(string Name, object? Value, string Absent = "-")
{
    /// <summary>Its value as people read it, one text per line.</summary>
    public IReadOnlyList<string> Lines() =>
        Value switch
        {
            null => [Absent],
            bool flag => [flag ? "yes" : "no"],
            DateTimeOffset instant => [Instant(instant)],
            TimeSpan duration => [Duration.Format(duration)],
            UserClaims claims => [claims.ToJson()],
            IReadOnlyList<string> { Count: 0 } => [Absent],
            IReadOnlyList<string> texts => [.. texts.Select(Printable)],
            _ => [Printable((string)Value)],
        };

    public static string Instant(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    /// <summary>Neither a control character nor one that turns or hides text, in what others wrote, must reach the operator's terminal.</summary>
    public static string Printable(string text) => VisibleText.Shown(text);
}

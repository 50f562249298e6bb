using System.Globalization;
using System.Text;

namespace Postern.Protocol;

/// <summary>
/// The one form of what people type (Unicode NFC, UAX #15): an é comes as one character from some keyboards and as two from
/// others. The runtime has it from ICU, so the invariant mode is off; the culture stays invariant all the same.
/// </summary>
public static class Nfc
{
    // In the invariant mode every text passes for normalized, and one password would be two.
    private static readonly bool IsThere = "e\u0301".Normalize(NormalizationForm.FormC) == "\u00e9";

    /// <summary>Names the variable that turns normalization off, whatever the program was built for.</summary>
    public const string Off = "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT";

    /// <summary>Why text cannot be normalized in this process, as the rest of a sentence; null where it can.</summary>
    public static string? Problem => IsThere ? null : "must not be set: text cannot be normalized then, which needs ICU (libicu)";

    /// <summary>Null for what is no text: half of a surrogate pair, or U+FFFE.</summary>
    /// <exception cref="PlatformNotSupportedException">There is no ICU, and the text is not plain ASCII.</exception>
    public static string? OrNull(string text)
    {
        if (Ascii.IsValid(text))
            return text;
        if (Problem is { } problem)
            throw new PlatformNotSupportedException($"{Off} {problem}.");
        try
        {
            return text.Normalize(NormalizationForm.FormC);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Numbers and dates are written, and texts compared, the same on every machine.</summary>
    public static void UseInvariantCulture()
    {
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;
    }
}

using System.Globalization;
using Azure;

namespace Postern.Storage;

/// <summary>How long Azure asks to be left alone, in each of the ways in which it says so (RFC 9110 §10.2.3, and in milliseconds).</summary>
public static class RetryAfter
{
    /// <summary>Null where it says nothing, or nothing that can be read.</summary>
    public static TimeSpan? Of(Response response)
    {
        foreach (var name in new[] { "retry-after-ms", "x-ms-retry-after-ms" })
        {
            if (Number(response, name) is { } milliseconds)
                return TimeSpan.FromMilliseconds(milliseconds);
        }
        if (Number(response, "Retry-After") is { } seconds)
            return TimeSpan.FromSeconds(seconds);
        return response.Headers.TryGetValue("Retry-After", out var text)
            && DateTimeOffset.TryParseExact(text, "R", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
                ? date - DateTimeOffset.UtcNow
                : null;
    }

    private static int? Number(Response response, string name) =>
        response.Headers.TryGetValue(name, out var text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}

namespace Postern.Protocol;

/// <summary>The origins (RFC 6454 §6.2) whose scripts may read a client's answers, with credentials too; none named: every origin, without.</summary>
public sealed record AllowedOrigins(IReadOnlyList<string> Values)
{
    private const int MaxCount = 50;
    private const int MaxLength = 300;

    /// <summary>None named.</summary>
    public static AllowedOrigins Any { get; } = new([]);

    public bool IsAny => Values.Count == 0;

    /// <summary>Whether it is one of those that are named, by each character. An opaque origin, which says null, is none.</summary>
    public bool Names(string origin) => Values.Contains(origin, StringComparer.Ordinal);

    /// <summary>Every problem, in sentences for the operator.</summary>
    public static IEnumerable<string> Problems(Client client)
    {
        if (client.AllowedOrigins.Values.Count > MaxCount)
            yield return $"A client may have at most {MaxCount} allowed origins.";
        foreach (var origin in client.AllowedOrigins.Values)
        {
            if (ProblemWith(origin) is { } problem)
                yield return $"{origin}: an allowed origin {problem}.";
        }
    }

    private static string? ProblemWith(string origin)
    {
        // What every sandboxed frame and file says.
        if (origin == "null")
            return "cannot be null, which stands for anybody";
        if (!Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.Host.Length == 0 || origin.Length > MaxLength)
            return "is a scheme, a host and perhaps a port, such as https://app.example.com";
        if (uri.Scheme == Uri.UriSchemeHttp && !uri.IsLoopback)
            return "must be https (http only on this device)";
        var host = uri.HostNameType == UriHostNameType.IPv6 ? uri.Host : uri.IdnHost;
        var spelled = $"{uri.Scheme}://{host}{(uri.IsDefaultPort ? "" : $":{uri.Port}")}";
        return origin == spelled ? null : $"is compared with what browsers send, which would be {spelled}";
    }
}

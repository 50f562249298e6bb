namespace Postern.Protocol;

/// <summary>How the tables are reached.</summary>
/// <param name="Endpoint">The table service, where the app's identity has a role; null: by a connection string, with a key.</param>
public sealed record StorageSetting(Uri? Endpoint)
{
    /// <summary>Reads a table endpoint, a connection string, or UseDevelopmentStorage=true.</summary>
    /// <param name="text">The setting.</param>
    /// <param name="problem">Why it is none of these, as the rest of a sentence and without the value, which may hold a key.</param>
    public static StorageSetting? TryParse(string text, out string? problem)
    {
        if (text == "UseDevelopmentStorage=true")
        {
            problem = null;
            return new StorageSetting(Endpoint: null);
        }
        if (text.Contains("AccountKey=", StringComparison.OrdinalIgnoreCase))
            return FromConnectionString(text, out problem);
        var isEndpoint = Uri.TryCreate(text, UriKind.Absolute, out var endpoint)
            && endpoint.Scheme == Uri.UriSchemeHttps
            && endpoint.PathAndQuery == "/"
            && endpoint.UserInfo.Length + endpoint.Fragment.Length == 0;
        problem = isEndpoint
            ? null
            : "is neither a table endpoint such as https://<account>.table.core.windows.net, nor a connection string with AccountName "
                + "and AccountKey, nor UseDevelopmentStorage=true";
        return isEndpoint ? new StorageSetting(endpoint) : null;
    }

    private static StorageSetting? FromConnectionString(string text, out string? problem)
    {
        var parts = text
            .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(part => part.Split('=', 2))
            .Where(part => part.Length == 2)
            .GroupBy(part => part[0], StringComparer.OrdinalIgnoreCase)
            .ToDictionary(part => part.Key, part => part.Last()[1], StringComparer.OrdinalIgnoreCase);
        var (account, key) = (parts.GetValueOrDefault("AccountName"), new byte[text.Length]);
        var scheme = parts.GetValueOrDefault("DefaultEndpointsProtocol", "https");
        var suffix = parts.GetValueOrDefault("EndpointSuffix", "core.windows.net");
        var address = parts.GetValueOrDefault("TableEndpoint") ?? $"{scheme}://{account}.table.{suffix}";
        var isKey = Convert.TryFromBase64String(parts.GetValueOrDefault("AccountKey", ""), key, out var length) && length > 0;
        var isAddress = Uri.TryCreate(address, UriKind.Absolute, out var endpoint) && endpoint.Scheme is "http" or "https";
        problem = (account, isKey, isAddress) switch
        {
            (null or "", _, _) => "is a connection string without AccountName",
            (_, false, _) => "has an AccountKey that is not base64",
            (_, _, false) => "names no address: look at its AccountName, EndpointSuffix and TableEndpoint",
            _ => null,
        };
        return problem is null ? new StorageSetting(Endpoint: null) : null;
    }
}

namespace Postern.Protocol;

/// <summary>Where the tables are, and the shared key of the account where it is to be used.</summary>
/// <param name="Endpoint">The table service of the account.</param>
/// <param name="SharedKey">Null: the app's identity has a role there.</param>
public sealed record StorageSetting(Uri Endpoint, SharedKey? SharedKey)
{
    // Published with the emulator; it protects nothing.
    private const string DevelopmentKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
    private const string DevelopmentAccount = "devstoreaccount1";

    /// <summary>Reads a table endpoint, a connection string, or UseDevelopmentStorage=true.</summary>
    /// <param name="text">The setting.</param>
    /// <param name="problem">Why it is none of these, as the rest of a sentence and without the value, which may hold a key.</param>
    public static StorageSetting? TryParse(string text, out string? problem)
    {
        if (text == "UseDevelopmentStorage=true")
            text = $"AccountName={DevelopmentAccount};AccountKey={DevelopmentKey};TableEndpoint=http://127.0.0.1:10002/{DevelopmentAccount}";
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
        return isEndpoint ? new StorageSetting(endpoint!, null) : null;
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
        return problem is null ? new StorageSetting(endpoint!, new SharedKey(account!, key[..length])) : null;
    }
}

/// <summary>The key of a storage account.</summary>
public sealed record SharedKey(string Account, byte[] Key)
{
    public override string ToString() => $"{nameof(SharedKey)} of {Account}";
}

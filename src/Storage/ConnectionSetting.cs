using Azure.Core;
using Azure.Core.Pipeline;

namespace Postern.Storage;

/// <summary>Where the tables are and how requests prove that they may go there.</summary>
internal sealed record ConnectionSetting(Uri Endpoint, HttpPipelinePolicy Authentication)
{
    private const string DevelopmentAccount = "devstoreaccount1";

    // Published with the emulator; it protects nothing.
    private const string DevelopmentKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private const string Expected =
        "Expected is https://<account>.table.core.windows.net, UseDevelopmentStorage=true, "
        + "or a connection string with AccountName, AccountKey and perhaps TableEndpoint.";

    /// <exception cref="FormatException">Says what was expected, and nothing of what was given.</exception>
    public static ConnectionSetting Parse(string setting, TokenCredential? credential)
    {
        if (setting == "UseDevelopmentStorage=true")
            return SharedKey(new Uri($"http://127.0.0.1:10002/{DevelopmentAccount}"), DevelopmentAccount, DevelopmentKey);
        if (setting.Contains("AccountKey=", StringComparison.OrdinalIgnoreCase))
            return FromConnectionString(setting);
        if (!Uri.TryCreate(setting, UriKind.Absolute, out var endpoint) || endpoint.Scheme != Uri.UriSchemeHttps)
            throw new FormatException($"The storage setting is not understood. {Expected}");
        return credential is null
            ? throw new FormatException("A table endpoint without a key needs an identity.")
            : new ConnectionSetting(endpoint, new BearerTokenAuthenticationPolicy(credential, "https://storage.azure.com/.default"));
    }

    private static ConnectionSetting FromConnectionString(string setting)
    {
        var parts = setting
            .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(part => part.Split('=', 2))
            .Where(part => part.Length == 2)
            .GroupBy(part => part[0], StringComparer.OrdinalIgnoreCase)
            .ToDictionary(part => part.Key, part => part.Last()[1], StringComparer.OrdinalIgnoreCase);
        if (!parts.TryGetValue("AccountName", out var account) || !parts.TryGetValue("AccountKey", out var key))
            throw new FormatException($"The connection string lacks AccountName or AccountKey. {Expected}");
        if (!Convert.TryFromBase64String(key, new byte[key.Length], out _))
            throw new FormatException("AccountKey is not base64.");
        var scheme = parts.GetValueOrDefault("DefaultEndpointsProtocol", "https");
        var suffix = parts.GetValueOrDefault("EndpointSuffix", "core.windows.net");
        var endpoint = parts.GetValueOrDefault("TableEndpoint") ?? $"{scheme}://{account}.table.{suffix}";
        return Uri.TryCreate(endpoint, UriKind.Absolute, out var uri)
            ? SharedKey(uri, account, key)
            : throw new FormatException("TableEndpoint is not an absolute URL.");
    }

    private static ConnectionSetting SharedKey(Uri endpoint, string account, string key) =>
        new(endpoint, new SharedKeyLitePolicy(account, Convert.FromBase64String(key)));
}

using System.Text.RegularExpressions;

namespace Postern.Protocol;

/// <summary>What is wrong with a value, as the rest of a sentence and without the value, which may be a secret; null when nothing is.</summary>
internal static partial class SettingRules
{
    public static string? Storage(string value) => StorageSetting.TryParse(value, out var problem) is null ? problem : null;

    /// <summary>A vault has a domain of its own below that of all vaults, or is a pretended one on this machine.</summary>
    public static string? Vault(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var uri)
        && (IsUrl(value, Uri.UriSchemeHttps) ? uri.Host.Count(one => one == '.') >= 2 : uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback)
        && uri.AbsolutePath == "/"
            ? null
            : "is not the https URL of a vault, such as https://<vault>.vault.azure.net";

    public static string? KeyName(string value) => KeyNames().IsMatch(value) ? null : "is not the name of a key: letters, digits and hyphens";

    public static string? Listen(string value) =>
        IsUrl(value, Uri.UriSchemeHttp) && new Uri(value) is { HostNameType: not UriHostNameType.Dns } or { Host: "localhost" }
            ? null
            : "is not http:// with localhost or an address, such as http://0.0.0.0:8080; TLS is for what stands in front";

    /// <summary>RFC 9110 §5.1.</summary>
    public static string? Header(string value) => HeaderNames().IsMatch(value) ? null : "is not the name of a header";

    public static string? Name(string value) => VisibleText.IsGood(value) ? null : $"must have {VisibleText.Rule}";

    private static bool IsUrl(string value, string scheme) =>
        Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme == scheme && uri.UserInfo.Length == 0;

    [GeneratedRegex("^[0-9A-Za-z-]{1,127}\\z")]
    private static partial Regex KeyNames();

    [GeneratedRegex("^[0-9A-Za-z!#$%&'*+.^_`|~-]+\\z")]
    private static partial Regex HeaderNames();
}

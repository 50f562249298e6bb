using System.Text.RegularExpressions;
using Azure.Security.KeyVault.Keys;

namespace Postern.Signing;

/// <summary>One version of a key, inside a vault that is known from elsewhere: it names no host, so it can lead to no other.</summary>
internal readonly partial record struct KeyVaultKeyId
{
    private KeyVaultKeyId(string name, string version) => (Name, Version) = (name, version);

    public string Name { get; }

    public string Version { get; }

    /// <summary>Reads what <see cref="ToString"/> wrote, or the <c>kid</c> of an answer, which is a URL that ends in the same.</summary>
    public static KeyVaultKeyId Parse(string text) => TryParse(text) ?? throw new FormatException("not the name and version of a key in Key Vault");

    /// <summary>The same; null for anything else.</summary>
    public static KeyVaultKeyId? TryParse(string text) =>
        Form.Match(text) is { Success: true } match ? new(match.Groups["name"].Value, match.Groups["version"].Value) : null;

    public static KeyVaultKeyId Of(KeyProperties properties) => Parse(properties.Id.AbsoluteUri);

    public override string ToString() => $"{Name}/{Version}";

    [GeneratedRegex("^(https?://[^/]+/keys/)?(?<name>[0-9A-Za-z-]{1,127})/(?<version>[0-9a-f]{32})$")]
    private static partial Regex Form { get; }
}

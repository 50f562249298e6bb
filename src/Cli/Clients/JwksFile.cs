using Postern.Protocol;

namespace Postern.Cli;

/// <summary>A file with a JWK Set (RFC 7517 §5): public keys, and nothing but keys that can be used here.</summary>
internal static class JwksFile
{
    /// <summary>What the two options for keys say, of which an empty URL takes back.</summary>
    public static KeySource Source(string? file, string? uri, List<string> problems) =>
        new() { Jwks = file is null ? null : Read(file, problems), JwksUri = string.IsNullOrEmpty(uri) ? null : uri };

    // Null, after it has told why, where that is not what the file has.
    private static JwkSet? Read(string path, List<string> problems)
    {
        try
        {
            var keys = JwkSet.TryParse(File.ReadAllBytes(path), out var problem);
            if (problem is null)
                return keys;
            problems.Add($"{path} {problem}.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            problems.Add($"{path} cannot be read: {exception.Message}");
        }
        return null;
    }
}

using Postern.Protocol;
using Postern.Signing;

namespace Postern.Cli;

/// <summary>Whether the server answers under its own name, has keys, and calls itself ready.</summary>
internal static class IssuerCheck
{
    /// <param name="invocation">The command.</param>
    /// <param name="keys">The keys that the settings name, where they could be read.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<IReadOnlyList<Finding>> LookAsync(Invocation invocation, IReadOnlyList<SigningKey> keys, CancellationToken cancellation)
    {
        // What is wrong with the identifier has been said with the settings.
        if (invocation.Setting("POSTERN_ISSUER") is not { } issuer || ServerOptions.ProblemWithIssuer(issuer) is not null)
            return [];
        var findings = new List<Finding> { Scheme(issuer) };
        using var server = new IssuerClient(issuer);
        try
        {
            findings.Add(Metadata(issuer, await server.IssuerAsync(cancellation)));
            findings.Add(Keys(await server.KeysAsync(cancellation), keys));
            findings.Add(Ready(await server.IsReadyAsync(cancellation)));
        }
        catch (Exception exception) when (Failures.Explain(exception) is { } explanation)
        {
            findings.Add(Finding.Fail("issuer", $"{issuer} does not answer as it should.", explanation));
        }
        return findings;
    }

    private static Finding Scheme(string issuer) =>
        issuer.StartsWith("https:", StringComparison.Ordinal)
            ? Finding.Ok("https", "The issuer is https.")
            : Finding.Warn("https", "The issuer is http.", "Good on this machine alone: codes and tokens cross the network in clear.");

    private static Finding Metadata(string setting, string? announced) =>
        announced == setting
            ? Finding.Ok("metadata", "The server announces the issuer that is set.")
            : Finding.Fail(
                "metadata",
                $"The server announces the issuer {announced ?? "of no name"}, not {setting}.",
                "Clients refuse that (RFC 8414 §3.3). Set POSTERN_ISSUER of the app to the URL that people use."
            );

    private static Finding Keys(IReadOnlyList<PublishedKey> published, IReadOnlyList<SigningKey> keys)
    {
        const string check = "published keys";
        if (published.Count == 0)
            return Finding.Fail(
                check,
                "There is none.",
                "No token can be verified. Look at POSTERN_KEY_VAULT, and whether the app's identity may use its keys."
            );
        var expected = keys.Where(key => key.State is KeyState.Current or KeyState.Next);
        var missing = expected.FirstOrDefault(key => published.All(other => other.KeyId != key.KeyId));
        return missing is null
            ? Finding.Ok(check, $"There are {published.Count}.")
            : Finding.Warn(
                check,
                $"The key {missing.KeyId} is not among them.",
                "A new key takes up to five minutes. If this stays so, the app has other settings: "
                    + "compare POSTERN_KEY_VAULT, POSTERN_SIGNING and the names of the keys."
            );
    }

    private static Finding Ready(bool ready) =>
        ready
            ? Finding.Ok("health", "The server reaches its tables and keys.")
            : Finding.Fail("health", "The server is not ready.", "It cannot reach its tables or its keys; the app's log says which, and why.");
}

using System.CommandLine;
using Postern.Protocol;

namespace Postern.Cli;

/// <summary><c>postern keys list</c>: the keys as they are kept or, where no vault is set, as verifiers see them.</summary>
internal sealed class KeysListCommand : Command
{
    public KeysListCommand(CommandLine line)
        : base(
            "list",
            """
            Lists the keys with their states, or what the issuer publishes.

            A next key is published and does not sign yet; a retired one signed and is published until its last token has
            expired; past and withdrawn ones are not published any more. Without a vault you see what everybody sees.

            Examples:
              postern keys list --key-vault https://example.vault.azure.net
              postern keys list --issuer https://login.example.com
            """
        ) => line.Run(this, RunAsync);

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken cancellation)
    {
        using var configured = ConfiguredKeys.Find(invocation);
        if (configured is null)
            return await ListPublishedAsync(invocation, cancellation);
        var keys = await configured.Keys.ListAsync(cancellation);
        var options = configured.Options.Keys;
        if (keys.Count == 0)
            invocation.Tell(options.Mode == SigningMode.Wrapped
                ? "There is no key yet. The server makes the first ones when it needs them, and so does 'postern keys rotate'."
                : $"The vault has no key '{options.RsaKey}' and none '{options.EllipticCurveKey}'. 'postern doctor' says how to make them.");
        return invocation.List([.. keys.Select(KeyFacts.Of)], KeyFacts.Columns);
    }

    private static async Task<int> ListPublishedAsync(Invocation invocation, CancellationToken cancellation)
    {
        if (invocation.Setting("POSTERN_ISSUER") is null)
            throw new SettingException(
                "Say where the keys are: --key-vault or POSTERN_KEY_VAULT; or, for what everybody sees of them, --issuer or POSTERN_ISSUER."
            );
        using var issuer = new IssuerClient(invocation.Issuer());
        var keys = await issuer.KeysAsync(cancellation);
        invocation.Tell("These are the keys that the issuer publishes; with --key-vault or POSTERN_KEY_VAULT you see their states.");
        return invocation.List([.. keys.Select(Facts)], "kid", "kty", "alg", "use");
    }

    private static IReadOnlyList<Fact> Facts(PublishedKey key) =>
        [new("kid", key.KeyId), new("kty", key.KeyType), new("alg", Algorithms(key)), new("use", key.Use)];

    // An RSA key that names none serves both.
    private static IReadOnlyList<string> Algorithms(PublishedKey key) =>
        key.Algorithm is { } algorithm
            ? [algorithm]
            : [.. SigningAlgorithms.All.Where(algorithm => SigningAlgorithms.KeyTypeOf(algorithm) == key.KeyType)];
}

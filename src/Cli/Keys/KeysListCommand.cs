using System.CommandLine;
using Postern.Protocol;

namespace Postern.Cli;

/// <summary><c>postern keys list</c>: what verifiers see.</summary>
internal sealed class KeysListCommand : Command
{
    public KeysListCommand(CommandLine line)
        : base("list", "Lists the keys that the issuer publishes.\n\nExample:\n  postern keys list --issuer https://login.example.com") => line.Run(this, RunAsync);

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken cancellation)
    {
        using var issuer = new IssuerClient(invocation.Issuer());
        var keys = await issuer.KeysAsync(cancellation);
        return invocation.List([.. keys.Select(Facts)], "kid", "kty", "alg", "use");
    }

    private static IReadOnlyList<Fact> Facts(PublishedKey key) =>
        [new("kid", key.KeyId), new("kty", key.KeyType), new("alg", Algorithms(key)), new("use", key.Use)];

    // An RSA key that names none serves both.
    private static IReadOnlyList<string> Algorithms(PublishedKey key) =>
        key.Algorithm is { } algorithm ? [algorithm] : [.. SigningAlgorithms.All.Where(algorithm => SigningAlgorithms.KeyTypeOf(algorithm) == key.KeyType)];
}

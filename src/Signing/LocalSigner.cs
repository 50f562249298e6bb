using System.Security.Cryptography;
using Postern.Protocol;

namespace Postern.Signing;

/// <summary>Signs with keys in memory: one RSA and one P-256 key.</summary>
public sealed class LocalSigner : ISigner, IDisposable
{
    private readonly PrivateKey rsa;
    private readonly PrivateKey ec;

    /// <summary>Takes over both keys and disposes of them.</summary>
    public LocalSigner(RSA rsa, ECDsa ec) => (this.rsa, this.ec) = (new PrivateKey(rsa), new PrivateKey(ec));

    public ValueTask<string> SignAsync(string algorithm, string type, ReadOnlyMemory<byte> claims, CancellationToken cancellation) =>
        (SigningAlgorithms.KeyTypeOf(algorithm) == Jwk.Rsa ? rsa : ec).SignAsync(algorithm, type, claims);

    public ValueTask<IReadOnlyList<Jwk>> PublishedKeysAsync(CancellationToken cancellation) => new([rsa.PublicKey, ec.PublicKey]);

    public Task CheckAsync(CancellationToken cancellation) => Task.CompletedTask;

    public void Dispose()
    {
        rsa.Dispose();
        ec.Dispose();
    }
}

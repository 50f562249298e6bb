using Postern.Protocol;

namespace Postern.Signing;

/// <summary>Signs tokens and says by which keys they can be verified. Which key signs is its own affair.</summary>
public interface ISigner
{
    /// <summary>Signs claims as a JWS in compact serialization (RFC 7515 §7.1).</summary>
    /// <param name="algorithm">One of <see cref="SigningAlgorithms.All"/>.</param>
    /// <param name="type">The <c>typ</c> of the header.</param>
    /// <param name="claims">The claims, as JSON.</param>
    /// <param name="cancellation">Ends the wait.</param>
    ValueTask<string> SignAsync(string algorithm, string type, ReadOnlyMemory<byte> claims, CancellationToken cancellation);

    /// <summary>All keys that are to be published now: next, current, and retired ones until what they signed has expired.</summary>
    ValueTask<IReadOnlyList<Jwk>> PublishedKeysAsync(CancellationToken cancellation);

    /// <summary>Throws where there is a key by which no token could be signed now. It asks the keeper of keys that are not in memory.</summary>
    Task CheckAsync(CancellationToken cancellation);
}

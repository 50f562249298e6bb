using Postern.Protocol;

namespace Postern.Signing;

/// <summary>What the signing keys are called in the vault.</summary>
/// <param name="Rsa">An RSA key of 2048 bits, for RS256 and PS256.</param>
/// <param name="EllipticCurve">A key on P-256, for ES256.</param>
public sealed record VaultKeyNames(string Rsa = "postern-rsa", string EllipticCurve = "postern-ec")
{
    internal IEnumerable<(string KeyType, string Name)> All => [(Jwk.Rsa, Rsa), (Jwk.EllipticCurve, EllipticCurve)];

    internal string this[string keyType] => keyType == Jwk.Rsa ? Rsa : EllipticCurve;
}

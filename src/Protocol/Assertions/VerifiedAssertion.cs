using System.Text.Json;

namespace Postern.Protocol;

/// <summary>
/// An assertion that says what it must and that one of the right keys has signed. There is no way to make one but <see cref="TryVerify"/>.
/// </summary>
public sealed class VerifiedAssertion
{
    private readonly Assertion assertion;

    private VerifiedAssertion(Assertion assertion, DateTimeOffset expiresAt) => (this.assertion, ExpiresAt) = (assertion, expiresAt);

    public string Issuer => assertion.Issuer!;

    public string Subject => assertion.Subject!;

    /// <summary>Its <c>jti</c>, which there is where it counts once.</summary>
    public string? Id => assertion.Id;

    public DateTimeOffset ExpiresAt { get; }

    /// <summary>Until when it could be presented again, for a clock that is behind.</summary>
    public DateTimeOffset RememberedUntil => ExpiresAt + AssertionRules.Skew;

    /// <summary>A claim that is a text, a number or a flag, as a text.</summary>
    public string? Claim(string name) => assertion.Claim(name);

    /// <summary>A claim of whatever shape; null: there is none.</summary>
    internal JsonElement? Member(string name) => assertion.Member(name);

    /// <summary>Null where none of the keys has signed it, or it does not keep to the rules.</summary>
    public static VerifiedAssertion? TryVerify(Assertion assertion, AssertionRules rules, JwkSet keys, DateTimeOffset now) =>
        rules.ProblemWith(assertion, now) is null && Jws.IsSignedBy(assertion.Token, keys.For(assertion.Algorithm, assertion.KeyId))
            ? new VerifiedAssertion(assertion, assertion.Instant("exp", out _)!.Value)
            : null;

    public override string ToString() => assertion.ToString();
}

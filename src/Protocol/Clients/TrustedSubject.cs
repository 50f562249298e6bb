using System.Text.Json;

namespace Postern.Protocol;

/// <summary>
/// A subject of a trusted issuer, or all of which it says the same, and what a client may have for an assertion about it (RFC 7523 §2.1).
/// </summary>
/// <param name="Issuer">The <c>iss</c>, a registered <see cref="TrustedIssuer"/>.</param>
/// <param name="Subject">What its <see cref="TrustedIssuer.SubjectClaim"/> says, compared exactly; null: the claims alone tell.</param>
/// <param name="Claims">What it must say beside that, each exactly, such as <c>repository</c> and <c>ref</c> of a build.</param>
/// <param name="Scope">The most that it brings; never more than the client is registered for.</param>
public sealed record TrustedSubject(string Issuer, string? Subject, IReadOnlyList<KeyValuePair<string, string>> Claims, Scope Scope)
{
    /// <summary>Most of one client.</summary>
    public const int MaxCount = 50;

    private const int MaxClaims = 10;

    /// <summary>Whether the assertion is about it.</summary>
    public bool Is(VerifiedAssertion assertion, TrustedIssuer issuer) =>
        assertion.Issuer == Issuer
        && (Subject is null || assertion.Claim(issuer.SubjectClaim) == Subject)
        && Claims.All(claim => assertion.Claim(claim.Key) == claim.Value);

    /// <summary>What must hold before it is stored, in sentences for the operator.</summary>
    public IEnumerable<string> Problems()
    {
        if (TrustedIssuer.ProblemWithIssuer(Issuer) is { } problem)
            yield return $"The issuer {problem}.";
        // Else everybody whom the issuer knows would do: of a public one, anybody.
        if (Subject is null && Claims.Count == 0)
            yield return "Say who: --subject, or --claim for what the assertion must say.";
        if (Claims.Count > MaxClaims || Claims.Any(claim => claim.Key.Length == 0))
            yield return $"At most {MaxClaims} claims, each as <name>=<value>.";
        if (Claims.Select(claim => claim.Value).Append(Subject ?? "-").Any(text => text.Length > 1000 || !VisibleText.IsGood(text)))
            yield return $"Subject and claims: {VisibleText.Rule}.";
        if (Scope.IsEmpty || !Scope.Intersect(Protocol.Scope.OpenIdConnect).IsEmpty)
            yield return "Give --scope: what an assertion brings. There is no person, so none of OpenID Connect's.";
    }

    /// <summary>As a line of a column.</summary>
    public string ToJson() =>
        System.Text.Encoding.UTF8.GetString(Json.Object(writer =>
        {
            writer.WriteString("iss", Issuer);
            if (Subject is not null)
                writer.WriteString("sub", Subject);
            writer.WriteStartObject("claims");
            foreach (var (name, value) in Claims)
                writer.WriteString(name, value);
            writer.WriteEndObject();
            writer.WriteScope(Scope);
        }));

    /// <summary>What <see cref="ToJson"/> wrote.</summary>
    public static TrustedSubject FromJson(string json)
    {
        using var read = JsonDocument.Parse(json);
        var root = read.RootElement;
        return new TrustedSubject(
            root.GetProperty("iss").GetString()!,
            root.TryGetProperty("sub", out var subject) ? subject.GetString() : null,
            [.. root.GetProperty("claims").EnumerateObject().Select(claim => KeyValuePair.Create(claim.Name, claim.Value.GetString()!))],
            Protocol.Scope.TryParse(root.GetProperty("scope").GetString())!
        );
    }

    public override string ToString() =>
        $"{string.Join(' ', Claims.Select(claim => $"{claim.Key}={claim.Value}").Prepend(Subject).OfType<string>())} of {Issuer} for {Scope}";
}

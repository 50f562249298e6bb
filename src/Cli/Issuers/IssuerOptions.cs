using System.CommandLine;
using Postern.Protocol;

namespace Postern.Cli;

/// <summary>The options that say what a trusted issuer is. What is not given stays as it is.</summary>
internal sealed class IssuerOptions
{
    private readonly Option<string?> jwks = new("--jwks") { Description = "A file with its public keys, a JWK Set.", HelpName = "file" };
    private readonly Option<string?> jwksUri = new("--jwks-uri")
    {
        Description = "Where its keys are; \"\": where its own metadata says, as without this.",
        HelpName = "url",
    };
    private readonly Option<string[]> algorithms = new("--alg") { Description = "JWS algorithm that it may sign with; repeat it for several." };
    private readonly Option<string?> audience = new("--audience")
    {
        Description = "aud of its tokens for this server; \"\" for the server's issuer identifier.",
        HelpName = "text",
    };
    private readonly Option<string?> subjectClaim = new("--subject-claim") { Description = "The claim that tells subjects apart, if not sub." };
    private readonly Option<bool?> reusable = new("--reusable")
    {
        Description = "Its tokens have no jti or are handed out again and again, and count until they expire. 'false' for once.",
    };

    public IssuerOptions(Command command)
    {
        algorithms.AcceptOnlyFromAmong([.. SigningAlgorithms.All]);
        foreach (var option in new Option[] { jwks, jwksUri, algorithms, audience, subjectClaim, reusable })
            command.Add(option);
    }

    /// <summary>The issuer with what was given.</summary>
    public TrustedIssuer Apply(ParseResult parsed, TrustedIssuer issuer, List<string> problems) =>
        issuer with
        {
            Keys = KeysOf(parsed, issuer.Keys, problems),
            Algorithms = parsed.GetValue(algorithms) is { Length: > 0 } given ? [.. given.Distinct()] : issuer.Algorithms,
            Audience = parsed.GetValue(audience) is { } text ? (text.Length == 0 ? null : text) : issuer.Audience,
            SubjectClaim = parsed.GetValue(subjectClaim) ?? issuer.SubjectClaim,
            SingleUse = !parsed.GetValue(reusable) ?? issuer.SingleUse,
        };

    private KeySource KeysOf(ParseResult parsed, KeySource current, List<string> problems)
    {
        var (file, uri) = (parsed.GetValue(jwks), parsed.GetValue(jwksUri));
        return file is null && uri is null ? current : JwksFile.Source(file, uri, problems);
    }
}

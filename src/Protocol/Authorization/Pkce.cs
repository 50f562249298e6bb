using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Postern.Protocol;

/// <summary>Proof Key for Code Exchange with S256, the only method here (RFC 7636, RFC 9700 §2.1.1).</summary>
public static class Pkce
{
    public const string CodeChallenge = "code_challenge";
    public const string CodeChallengeMethod = "code_challenge_method";
    public const string S256 = "S256";

    /// <summary>Refuses a missing challenge where one is required, any method but S256, and malformed challenges (§4.3, §4.4.1).</summary>
    /// <param name="parameters">The request.</param>
    /// <param name="client">Its client. A confidential one may be registered without.</param>
    public static OAuthError? RefusesChallenge(RequestParameters parameters, Client client)
    {
        var (challenge, method) = (parameters[CodeChallenge], parameters[CodeChallengeMethod]);
        if (challenge is null)
        {
            if (method is not null)
                return OAuthError.InvalidRequest("code_challenge_method without code_challenge.").Because(Advice.Challenge(client));
            if (!client.RequirePkce && !client.IsPublic)
                return null;
            return OAuthError.InvalidRequest("code_challenge is missing: the app has to use PKCE with S256 (RFC 7636).")
                .Because(Advice.Challenge(client));
        }
        // An absent method means plain (§4.3), which shows the verifier to whoever sees the request.
        if (method != S256)
            return OAuthError.InvalidRequest("code_challenge_method must be S256.")
                .Because(Advice.Unsupported(client, CodeChallengeMethod, method, [S256]));
        return Strict.Base64UrlOrNull(challenge, SHA256.HashSizeInBytes) is null
            ? OAuthError.InvalidRequest("code_challenge is not the base64url of a SHA-256 hash.")
            : null;
    }

    /// <summary>Refuses a wrong, missing or superfluous verifier (§4.6; RFC 9700 §4.8.2 for the last).</summary>
    public static OAuthError? RefusesVerifier(string? verifier, string? challenge)
    {
        if (challenge is null)
            return verifier is null ? null : OAuthError.InvalidGrant("code_verifier for a code without code_challenge");
        if (verifier is null)
            return OAuthError.InvalidGrant("code_verifier is missing").Telling("code_verifier is missing (RFC 7636).");
        if (verifier.Length is < 43 or > 128 || !verifier.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~'))
            return OAuthError.InvalidGrant("code_verifier is malformed");
        var computed = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
        return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(computed), Encoding.ASCII.GetBytes(challenge))
            ? null
            : OAuthError.InvalidGrant("code_verifier does not match code_challenge");
    }
}

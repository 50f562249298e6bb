using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using FsCheck.Fluent;
using Postern.Protocol;

namespace Postern.Tests;

public class PkceTests
{
    private static readonly Client Confidential = Some.Client() with { RequirePkce = false };

    [Fact, Rfc(7636, "B")]
    public void The_verifier_of_the_appendix_matches_its_challenge() => Assert.Null(Pkce.RefusesVerifier(Some.Verifier, Some.Challenge));

    [Fact, Rfc(7636, "4.6")]
    public void A_verifier_matches_the_hash_of_itself_and_no_other() =>
        Any.Always(
            Gen.Elements("azAZ09-._~".ToCharArray()).ArrayOf(43).Two(),
            both =>
            {
                var (verifier, other) = (new string(both.Item1), new string(both.Item2));
                var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
                return Pkce.RefusesVerifier(verifier, challenge) is null && (other == verifier) == Pkce.RefusesVerifier(other, challenge) is null;
            }
        );

    [Theory, Rfc(7636, "4.6")]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(Some.Challenge)]
    [InlineData("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXK")]
    public void A_missing_or_wrong_verifier_is_refused(string? verifier) =>
        Assert.Equal("invalid_grant", Pkce.RefusesVerifier(verifier, Some.Challenge)?.Code);

    [Theory, Rfc(7636, "4.1")]
    [InlineData(42, false)]
    [InlineData(43, true)]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public void A_verifier_has_43_to_128_characters(int length, bool accepted)
    {
        var verifier = new string('v', length);
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
        Assert.Equal(accepted, Pkce.RefusesVerifier(verifier, challenge) is null);
    }

    [Theory, Rfc(7636, "4.1")]
    [InlineData(' ')]
    [InlineData('+')]
    [InlineData('/')]
    [InlineData('=')]
    [InlineData('é')]
    [InlineData('\0')]
    public void A_verifier_has_unreserved_characters_only(char c)
    {
        var verifier = Some.Verifier[..42] + c;
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
        Assert.Equal("code_verifier is malformed", Pkce.RefusesVerifier(verifier, challenge)?.Reason);
    }

    [Fact, Rfc(9700, "4.8.2")]
    public void A_verifier_for_a_code_without_a_challenge_is_a_downgrade()
    {
        Assert.Equal("invalid_grant", Pkce.RefusesVerifier(Some.Verifier, null)?.Code);
        Assert.Null(Pkce.RefusesVerifier(null, null));
    }

    [Theory, Rfc(7636, "4.3")]
    [InlineData("plain")]
    [InlineData("")] // absent, which means plain
    [InlineData("s256")]
    [InlineData("S512")]
    [InlineData("S256 ")]
    public void Any_method_but_S256_is_refused(string method)
    {
        var refusal = Pkce.RefusesChallenge(Some.AuthorizationParameters(("code_challenge_method", method)), Confidential);
        Assert.Equal("code_challenge_method must be S256.", refusal?.Description);
    }

    [Theory, Rfc(7636, "4.4.1")]
    [InlineData(true, "", "", "code_challenge is missing: the app has to use PKCE with S256 (RFC 7636).")]
    [InlineData(true, "", "S256", "code_challenge_method without code_challenge.")]
    [InlineData(false, "", "", null)]
    [InlineData(false, "", "S256", "code_challenge_method without code_challenge.")]
    [InlineData(false, Some.Challenge, "S256", null)]
    [InlineData(true, Some.Challenge, "S256", null)]
    public void A_challenge_is_there_where_it_is_required(bool required, string challenge, string method, string? refusal)
    {
        var parameters = Some.AuthorizationParameters(("code_challenge", challenge), ("code_challenge_method", method));
        Assert.Equal(refusal, Pkce.RefusesChallenge(parameters, Some.Client() with { RequirePkce = required })?.Description);
    }

    [Fact, Rfc(9700, "2.1.1")]
    public void A_public_client_needs_a_challenge_whatever_its_record_says()
    {
        var parameters = Some.AuthorizationParameters(("code_challenge", ""), ("code_challenge_method", ""));
        Assert.Equal("invalid_request", Pkce.RefusesChallenge(parameters, Some.PublicClient() with { RequirePkce = false })?.Code);
    }

    [Theory, Rfc(9700, "2.1.1")]
    [InlineData("openid")]
    [InlineData("orders")]
    [InlineData("")]
    public void A_client_registered_without_PKCE_does_without_a_challenge_whatever_it_asks_for(string scope)
    {
        (string, string)[] request = [("scope", scope), ("code_challenge", ""), ("code_challenge_method", "")];
        Assert.True(Some.Parse(Confidential, request).Succeeds(out _, out _));
        Assert.False(Some.Parse(Some.Client(), request).Succeeds(out _, out _));
    }

    [Theory, Rfc(7636, "4.2")]
    [InlineData("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c")]
    [InlineData("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM=")]
    [InlineData("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cN")]
    [InlineData("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM")]
    [InlineData(Some.Challenge + Some.Challenge)]
    [InlineData("hunter2")]
    public void A_challenge_that_is_no_hash_is_refused(string challenge) =>
        Assert.Equal("invalid_request", Pkce.RefusesChallenge(Some.AuthorizationParameters(("code_challenge", challenge)), Confidential)?.Code);
}

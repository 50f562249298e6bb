using Postern.Protocol;

namespace Postern.Tests;

public class GrantTests
{
    private static readonly Client Client = Some.Client();
    private static readonly Handle Code = Some.Handle();

    [Fact, Rfc(6749, "4.1.3")]
    public void A_code_is_good_for_its_client_redirect_URI_and_verifier() => Assert.Null(Refuses(Some.Grant()));

    [Fact, Rfc(6749, "10.5")]
    public void Another_secret_is_another_code()
    {
        Assert.NotNull(Some.Grant().RefusesCode(Code with { Secret = Some.Bytes(32, seed: 9) }, Client, Some.Callback, Some.Verifier, Some.Now));
        Assert.NotNull(Some.Grant().RefusesCode(Code with { Secret = [] }, Client, Some.Callback, Some.Verifier, Some.Now));
    }

    [Theory, Rfc(6749, "4.1.3"), Rfc(6749, "10.5")]
    [InlineData("other")]
    [InlineData("WEB")]
    [InlineData("we")]
    [InlineData("web2")]
    public void A_code_of_another_client_is_refused_and_is_no_replay(string clientId)
    {
        var other = Client with { ClientId = clientId };
        Assert.Equal("the code is not one of this client's", Refuses(Some.Grant(), other)?.Reason);
        Assert.False(Some.Grant().Redeemed(null).IsReplay(Code, other, Some.Verifier));
    }

    [Fact, Rfc(6749, "10.5")]
    public void What_was_granted_to_another_registration_of_the_id_is_not_this_clients()
    {
        var grant = Some.Grant() with { Registration = "another" };
        Assert.Contains("anew", Refuses(grant)?.Reason, StringComparison.Ordinal);
        Assert.False(grant.IsOf(Some.Client()));
    }

    [Theory, Rfc(6749, "4.1.2")]
    [InlineData(GrantState.Pending, false, null)]
    [InlineData(GrantState.Redeemed, true, "the code was redeemed before or is revoked")]
    [InlineData(GrantState.Revoked, false, "the code was redeemed before or is revoked")]
    public void A_code_is_good_once_and_a_second_time_is_a_replay(GrantState state, bool replay, string? reason)
    {
        var grant = Some.Grant() with { State = state };
        Assert.Equal(reason, Refuses(grant)?.Reason);
        Assert.Equal(replay, grant.IsReplay(Code, Client, Some.Verifier));
    }

    [Theory, Rfc(7636, "4.6")]
    [InlineData(null)]
    [InlineData("another-verifier-that-is-just-as-long-as-it-has-to-be")]
    public void A_code_without_its_verifier_is_never_a_replay(string? verifier) =>
        Assert.False(Some.Grant().Redeemed(null).IsReplay(Code, Client, verifier));

    [Fact]
    public void A_wrong_code_is_never_a_replay() =>
        Assert.False(Some.Grant().Redeemed(null).IsReplay(Code with { Secret = Some.Bytes(32, seed: 9) }, Client, Some.Verifier));

    [Theory, Rfc(6749, "4.1.2")]
    [InlineData(59, true)]
    [InlineData(60, false)]
    [InlineData(61, false)]
    public void A_code_expires(int seconds, bool accepted) =>
        Assert.Equal(accepted, Some.Grant().RefusesCode(Code, Client, Some.Callback, Some.Verifier, Some.Now.AddSeconds(seconds)) is null);

    [Theory, Rfc(6749, "4.1.3")]
    [InlineData(true, true, Some.Callback, true)]
    [InlineData(true, true, null, true)] // OAuth 2.1: PKCE binds the code
    [InlineData(true, false, null, false)]
    [InlineData(true, false, Some.Callback, true)]
    [InlineData(false, false, null, true)]
    [InlineData(false, false, Some.Callback, true)]
    [InlineData(false, true, "https://client.example/cb/", false)]
    [InlineData(true, true, "https://client.example/cb/", false)]
    [InlineData(true, true, "https://evil.example/cb", false)]
    [InlineData(true, true, "", false)]
    public void The_redirect_URI_is_that_of_the_authorization_request(bool wasSent, bool withChallenge, string? sent, bool accepted)
    {
        var grant = Some.Grant() with { RedirectUriWasSent = wasSent, CodeChallenge = withChallenge ? Some.Challenge : null };
        var refusal = grant.RefusesCode(Code, Client, sent, withChallenge ? Some.Verifier : null, Some.Now);
        Assert.Equal(accepted, refusal is null);
        Assert.Contains("redirect_uri", refusal?.Reason ?? "redirect_uri", StringComparison.Ordinal);
    }

    [Theory, Rfc(7636, "4.6")]
    [InlineData(true, null)]
    [InlineData(true, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXK")]
    [InlineData(false, Some.Verifier)]
    public void The_verifier_belongs_to_the_challenge(bool withChallenge, string? verifier)
    {
        var grant = Some.Grant() with { CodeChallenge = withChallenge ? Some.Challenge : null };
        Assert.Contains("code_verifier", grant.RefusesCode(Code, Client, Some.Callback, verifier, Some.Now)?.Reason, StringComparison.Ordinal);
    }

    [Fact, Rfc(6749, "5.2"), Rfc(6819, "5.1.4.2.2")]
    public void Every_refusal_is_answered_alike()
    {
        OAuthError?[] refusals =
        [
            Refuses(Some.Grant(), Client with { ClientId = "other" }),
            Refuses(Some.Grant().Redeemed(null)),
            Refuses(Some.Grant() with { CodeExpiresAt = Some.Now }),
            Refuses(Some.Grant() with { RedirectUri = "https://other.example" }),
            Refuses(Some.Grant() with { CodeChallenge = null }),
        ];
        Assert.Equal(5, refusals.Select(refusal => refusal?.Reason).Distinct().Count());
        Assert.Single(refusals.Select(refusal => (refusal?.Code, refusal?.Status, refusal?.Description)).Distinct());
    }

    [Fact]
    public void A_grant_is_live_from_its_redemption_to_its_end()
    {
        var redeemed = Some.Grant().Redeemed(null);
        Assert.True(redeemed.IsLive(Some.Now));
        Assert.False(redeemed.IsLive(redeemed.ExpiresAt));
        Assert.False(Some.Grant().IsLive(Some.Now));
        Assert.False((redeemed with { State = GrantState.Revoked }).IsLive(Some.Now));
    }

    [Theory, Rfc(7009, "2.1")]
    [InlineData(new int[0], false)]
    [InlineData(new[] { 15 }, true)]
    [InlineData(new[] { 14 }, false)]
    [InlineData(new[] { 20 }, true)]
    [InlineData(new[] { 20, 14 }, true)]
    public void A_token_may_be_among_the_revoked_ones_that_expire_no_sooner(int[] revokedMinutes, bool mayBe)
    {
        var grant = revokedMinutes.Aggregate(Some.Grant(), (known, minutes) => known.WithRevokedToken(Some.Now.AddMinutes(minutes)));
        Assert.Equal(mayBe, grant.MayHaveRevoked(Some.AccessToken().ExpiresAt));
    }

    private static OAuthError? Refuses(Grant grant, Client? client = null) =>
        grant.RefusesCode(Code, client ?? Client, Some.Callback, Some.Verifier, Some.Now);
}

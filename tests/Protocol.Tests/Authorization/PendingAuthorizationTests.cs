using Postern.Protocol;

namespace Postern.Tests;

public class PendingAuthorizationTests
{
    private static readonly Handle Code = Some.Handle(HandleKind.DeviceCode);
    private static readonly Client Client = Some.Client();

    [Theory, Rfc(8628, "3.5")]
    [InlineData(PendingState.Pending, "authorization_pending")]
    [InlineData(PendingState.Denied, "access_denied")]
    [InlineData(PendingState.Approved, null)]
    public void The_client_is_told_where_it_stands(PendingState state, string? error) =>
        Assert.Equal(error, Refuses(Pending() with { State = state })?.Code);

    [Theory, Rfc(8628, "3.5")]
    [InlineData(PendingState.Pending)]
    [InlineData(PendingState.Denied)]
    [InlineData(PendingState.Approved)]
    public void After_its_time_it_is_expired_whatever_was_answered(PendingState state)
    {
        var late = Pending() with { State = state, ExpiresAt = Some.Now };
        Assert.Equal("expired_token", Refuses(late)?.Code);
        Assert.False(late.IsOpen(Some.Now));
        Assert.Equal(state == PendingState.Pending, late.IsOpen(Some.Now.AddTicks(-1)));
    }

    [Fact, Rfc(8628, "3.4")]
    public void Nobody_elses_question_is_answered()
    {
        var approved = Pending() with { State = PendingState.Approved };
        Assert.Equal("invalid_grant", approved.Refuses(Code, Client with { ClientId = "other" }, Some.Now)?.Code);
        Assert.Equal("invalid_grant", approved.Refuses(Code, Client with { Registration = "anew" }, Some.Now)?.Code);
        Assert.Equal("invalid_grant", approved.Refuses(Code with { Secret = Some.Bytes(32, seed: 9) }, Client, Some.Now)?.Code);
        Assert.Equal("invalid_grant", approved.Refuses(Code with { Kind = HandleKind.AuthorizationCode }, Client, Some.Now)?.Code);
    }

    [Theory, Rfc(8628, "3.5")]
    [InlineData(0, "slow_down", 10)]
    [InlineData(3.9, "slow_down", 10)]
    // The service tells the time of its answer in whole seconds, so of five seconds four may be seen.
    [InlineData(4, "authorization_pending", 5)]
    [InlineData(60, "authorization_pending", 5)]
    public void Who_asks_too_soon_has_to_wait_for_longer_from_then_on(double age, string error, int interval)
    {
        var pending = Pending() with { IsPolled = true, Age = TimeSpan.FromSeconds(age) };
        Assert.Equal(error, Refuses(pending)?.Code);
        Assert.Equal(TimeSpan.FromSeconds(interval), pending.Polled().Interval);
    }

    [Fact, Rfc(8628, "3.5")]
    public void The_first_question_comes_when_it_likes_and_each_hasty_one_adds_to_the_wait()
    {
        Assert.Equal("authorization_pending", Refuses(Pending())?.Code);
        var polled = Pending().Polled();
        Assert.Equal((true, TimeSpan.FromSeconds(5)), (polled.IsPolled, polled.Interval));
        Assert.Equal(TimeSpan.FromSeconds(20), polled.Polled().Polled().Polled().Interval);
    }

    [Fact]
    public void Nothing_is_wrong_while_the_person_has_not_answered() => Assert.False(Refuses(Pending())!.IsRefusal);

    [Fact, Spec("OIDC Core", "11")]
    public void Whoever_gets_refresh_tokens_asks_for_access_that_lasts()
    {
        Assert.Equal("offline_access openid", Pending().DisclosureFor(Client).ToString());
        Assert.Equal("openid", Pending().DisclosureFor(Client with { GrantTypes = [GrantTypes.DeviceCode] }).ToString());
    }

    [Fact, Rfc(8628, "3.4")]
    public void What_comes_of_it_is_redeemed_by_what_the_client_asked_with_and_never_as_a_code()
    {
        var grant = Some.Grant() with { RedirectUri = null, RedirectUriWasSent = false, CodeChallenge = null, CodeHash = Code.SecretHash };
        Assert.Null(grant.RefusesCode(Code, Client, null, null, Some.Now));
        Assert.Equal("invalid_grant", grant.RefusesCode(Code with { Kind = HandleKind.AuthorizationCode }, Client, null, null, Some.Now)?.Code);
        Assert.Equal("invalid_grant", (grant with { RedirectUri = Some.Callback }).RefusesCode(Code, Client, null, null, Some.Now)?.Code);
        Assert.True(grant.Redeemed(null).IsReplay(Code, Client, null));
    }

    private static OAuthError? Refuses(PendingAuthorization pending) => pending.Refuses(Code, Client, Some.Now);

    private static PendingAuthorization Pending() =>
        new()
        {
            Id = Code.Row,
            Kind = Code.Kind,
            SecretHash = Code.SecretHash,
            ClientId = Client.ClientId,
            Registration = Client.Registration,
            Scope = Some.Scope("openid"),
            StartedAt = Some.Now,
            StartedFrom = null,
            ExpiresAt = Some.Now.AddMinutes(15),
        };
}

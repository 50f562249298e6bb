using Postern.Protocol;

namespace Postern.Tests;

public class UserTests
{
    private static readonly User Alice = new()
    {
        Subject = "u-1",
        Login = "alice@example.com",
        PasswordHash = "AQAAAAIAAYagAAAAE",
        CreatedAt = Some.Now,
        UpdatedAt = Some.Now,
    };

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    public void What_was_authorized_before_the_not_before_does_not_count(int seconds, bool honoured) =>
        Assert.Equal(honoured, (Alice with { NotBefore = Some.Now }).Honours(Some.Now.AddSeconds(seconds)));

    [Fact]
    public void Nothing_of_a_disabled_person_counts() => Assert.False((Alice with { Disabled = true }).Honours(Some.Now));

    [Fact, Rfc(6819, "5.1.4.1.3")]
    public void The_text_of_a_person_has_no_password_hash_and_no_name()
    {
        Assert.DoesNotContain("AQAAAA", Alice.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("alice", Alice.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_session_is_held_by_whoever_has_its_secret()
    {
        Assert.True(Some.Session().IsHeldBy(Some.Handle(HandleKind.Session)));
        Assert.False(Some.Session().IsHeldBy(Some.Handle(HandleKind.Session, seed: 2)));
        Assert.False(Some.Session().IsHeldBy(Some.Handle(HandleKind.RefreshToken)));
    }

    [Theory]
    [InlineData("openid", true)]
    [InlineData("", true)]
    [InlineData("openid admin", false)]
    public void A_consent_covers_what_it_has(string scope, bool covered) => Assert.Equal(covered, Some.Consent().Covers(Some.Scope(scope)));

    [Fact]
    public void A_consent_taken_back_covers_nothing_until_it_is_given_anew()
    {
        var back = Some.Consent() with { NotBefore = Some.Now };
        Assert.False(back.Covers(Some.Scope("openid")));
        Assert.False(back.Covers(Scope.Empty));
        Assert.True((back with { GrantedAt = Some.Now }).Covers(Some.Scope("openid")));
    }

    [Theory, Rfc(6819, "5.1.4.2.3")]
    [InlineData("Alice@Example.COM", "alice@example.com")]
    [InlineData("  alice ", "alice")]
    [InlineData("a", "a")]
    public void A_login_name_has_one_spelling(string typed, string canonical) => Assert.Equal(canonical, LoginName.Canonical(typed));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("a b")]
    [InlineData("a\tb")]
    [InlineData("alice\0")]
    [InlineData("alice\n")]
    [InlineData("älice")]
    [InlineData("аlice")] // a Cyrillic а
    [InlineData("alice\u200b")]
    public void Anything_but_printable_ASCII_is_no_login_name(string? typed) => Assert.Null(LoginName.Canonical(typed));

    [Theory]
    [InlineData(LoginName.MaxLength, true)]
    [InlineData(LoginName.MaxLength + 1, false)]
    public void A_login_name_has_a_longest_length(int length, bool accepted) =>
        Assert.Equal(accepted, LoginName.Canonical(new string('a', length)) is not null);

    [Fact]
    public void A_canonical_login_name_is_its_own() =>
        Any.Always(Any.Text, typed => LoginName.Canonical(typed) is not { } name || LoginName.Canonical(name) == name);
}

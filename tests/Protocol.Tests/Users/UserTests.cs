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
    [InlineData("", "", true)]
    [InlineData("a", "a", true)]
    [InlineData("", "a", false)]
    [InlineData("a", "", false)]
    [InlineData("a", "b", false)]
    public void What_began_under_another_stamp_does_not_count(string then, string now, bool honoured)
    {
        var alice = Alice with { Stamp = now };
        Assert.Equal(honoured, alice.Honours(Some.Session() with { Stamp = then }));
        Assert.Equal(honoured, new Account(alice, null).Honours(Some.Grant() with { Stamp = new Account(Alice with { Stamp = then }, null).Stamp }));
        Assert.Equal(
            honoured,
            new Account(Alice, Some.Consent() with { Stamp = now }).Honours(
                Some.Grant() with { Stamp = new Account(Alice, Some.Consent() with { Stamp = then }).Stamp }
            )
        );
    }

    [Fact]
    public void A_consent_that_has_ended_nothing_is_as_good_as_none() =>
        Assert.True(new Account(Alice, Some.Consent()).Honours(Some.Grant() with { Stamp = new Account(Alice, null).Stamp }));

    [Fact]
    public void Nothing_of_a_disabled_person_counts()
    {
        var disabled = Alice with { Disabled = true };
        Assert.False(disabled.Honours(Some.Session()));
        Assert.False(new Account(disabled, null).Honours(Some.Grant() with { Stamp = new Account(disabled, null).Stamp }));
    }

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

    [Fact]
    public void A_consent_is_for_the_client_as_it_was_registered_then()
    {
        Assert.Equal(Some.Scope("openid"), Some.Consent("openid").ScopeFor(Some.Client()));
        Assert.Equal(Scope.Empty, Some.Consent("openid").ScopeFor(Some.Client() with { Registration = "another" }));
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

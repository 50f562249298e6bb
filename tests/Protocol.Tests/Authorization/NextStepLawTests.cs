using Postern.Protocol;

namespace Postern.Tests;

/// <summary>What must hold in every combination of prompt, age, hint, session, consent and interaction.</summary>
public class NextStepLawTests
{
    private static readonly string[] AllPrompts =
    [
        "", "none", "login", "consent", "select_account",
        "login consent", "login select_account", "consent select_account", "login consent select_account",
    ];

    private static readonly Step[] Pages = [Step.SignIn, Step.SelectAccount, Step.Consent];

    private sealed record Situation(AuthorizationRequest Request, string? Hint, Session? Session, Consent? Consent, Interaction? Interaction)
    {
        public NextStep Next(DateTimeOffset now) => NextStep.Of(Request, Hint, Session, Consent, Interaction, now);

        public bool WasHere => Session is not null && Interaction?.Session == Session.Id;
    }

    private static readonly Session?[] Sessions = [null, Some.Session(age: TimeSpan.FromMinutes(1)), Some.Session(age: TimeSpan.FromDays(1))];

    private static readonly Consent? Covering = Some.Consent("openid offline_access");

    private static readonly Consent?[] Consents = [null, Covering, Some.Consent("email"), Some.Consent() with { Registration = "another" }];

    private static readonly Interaction?[] Interactions =
    [
        null,
        .. from id in new RowId?[] { null, Some.Row(1), Some.Row(9) }
           from reauthenticated in new[] { false, true }
           from consented in new bool?[] { null, false, true }
           select Some.Interaction() with { Session = id, Reauthenticated = reauthenticated, Consented = consented, Shown = Covering!.Scope },
    ];

    private static readonly Situation[] All =
    [
        .. from prompt in AllPrompts
           from maxAge in new[] { "", "0", "3600" }
           let request = Some.Request(Some.Client(), ("prompt", prompt), ("max_age", maxAge))
           from hint in new[] { null, "alice", "bob" }
           from session in Sessions
           from consent in Consents
           from interaction in Interactions
           select new Situation(request, hint, session, consent, interaction),
    ];

    [Fact, Spec("OIDC Core", "3.1.2.1")]
    public void Prompt_none_never_shows_a_page() =>
        Assert.All(All.Where(it => it.Request.Prompt == Prompt.None), it => Assert.DoesNotContain(it.Next(Some.Now).Step, Pages));

    [Fact]
    public void A_refusal_has_an_error_and_nothing_else_has() =>
        Assert.All(All.Select(it => it.Next(Some.Now)), next => Assert.Equal(next.Step == Step.Refuse, next.Error is not null));

    [Fact]
    public void No_code_without_the_right_person() =>
        Assert.All(WithCode, it => Assert.True(it.Session is not null && (it.Hint ?? it.Session.Subject) == it.Session.Subject));

    [Fact]
    public void No_code_against_a_persons_no() => Assert.All(WithCode, it => Assert.NotEqual(false, it.Interaction?.Consented));

    [Fact]
    public void No_code_without_a_consent_that_was_given_before_or_here() =>
        Assert.All(
            WithCode,
            it => Assert.True((it.Consent == Covering && !Asks(it, Prompt.Consent)) || (it.WasHere && it.Interaction!.Consented == true))
        );

    [Fact]
    public void No_code_on_an_old_sign_in_where_a_new_one_was_asked_for() =>
        Assert.All(
            WithCode.Where(it => Asks(it, Prompt.Login) || Some.Now - it.Session!.AuthTime > it.Request.MaxAge),
            it => Assert.True(it.WasHere && it.Interaction!.Reauthenticated)
        );

    [Fact]
    public void No_code_without_the_choice_of_account_that_was_asked_for() =>
        Assert.All(WithCode.Where(it => Asks(it, Prompt.SelectAccount)), it => Assert.True(it.WasHere));

    [Theory]
    [InlineData("alice")]
    [InlineData("bob")]
    public void A_person_who_does_what_is_asked_comes_to_an_end_and_does_nothing_twice(string who) => Assert.All(All, it => WalkToTheEnd(it, who));

    [Fact]
    public void Some_situations_end_in_each_step() =>
        Assert.Equal(Enum.GetValues<Step>().Order(), All.Select(it => it.Next(Some.Now).Step).Distinct().Order());

    private static Situation[] WithCode => [.. All.Where(it => it.Next(Some.Now).Step == Step.IssueCode)];

    private static bool Asks(Situation it, Prompt prompt) => it.Request.Prompt.HasFlag(prompt);

    // Each page takes ten minutes, so that no max_age is met by luck.
    private static void WalkToTheEnd(Situation it, string who)
    {
        var (now, done) = (Some.Now, new List<Step>());
        var next = it.Next(now);
        while (Pages.Contains(next.Step))
        {
            Assert.DoesNotContain(next.Step, done);
            done.Add(next.Step);
            now += TimeSpan.FromMinutes(10);
            it = Do(next.Step, it, who, now);
            next = it.Next(now);
        }
    }

    private static Situation Do(Step step, Situation it, string who, DateTimeOffset now)
    {
        var interaction = it.Interaction ?? Some.Interaction();
        var session = step == Step.SignIn ? Some.Session(who, seed: 5) with { AuthTime = now } : it.Session!;
        return it with
        {
            Session = session,
            Consent = session.Subject == it.Session?.Subject ? it.Consent : null,
            Interaction = interaction with
            {
                Session = session.Id,
                Reauthenticated = step == Step.SignIn || (interaction.Reauthenticated && it.WasHere),
                Consented = step == Step.Consent ? true : it.WasHere ? interaction.Consented : null,
                Shown = step == Step.Consent ? it.Request.Disclosure : interaction.Shown,
            },
        };
    }
}

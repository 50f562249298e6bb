using Microsoft.AspNetCore.Identity;
using Postern.Cli;
using Postern.Protocol;

namespace Postern.Tests;

public class UserCommandTests(Operator someone) : IClassFixture<Operator>
{
    private const string Password = "correct horse battery staple";

    [Fact]
    public async Task A_generated_password_is_shown_once_and_works()
    {
        string[] claims = ["--name", "Alice", "--email", "alice@example.com", "--email-verified"];
        var added = await someone.RunAsync(["user", "add", "Alice@Example.com", "--generate-password", .. claims, "--json"]);
        Assert.Equal(ExitCodes.Ok, added.Code);
        Assert.Equal("alice@example.com", added.Text("login"));
        var user = await someone.ReadUserAsync("alice@example.com");
        Assert.True(Verifies(user, added.Text("password")));
        Assert.True(added.Json().GetProperty("claims").GetProperty("email_verified").GetBoolean());
        Assert.DoesNotContain(added.Text("password"), someone.Sent, StringComparison.Ordinal);
        var shown = await someone.RunAsync("user", "show", user.Subject, "--json");
        Assert.Equal("alice@example.com", shown.Text("login"));
        Assert.DoesNotContain(user.PasswordHash!, shown.Out, StringComparison.Ordinal);
        Assert.DoesNotContain(added.Text("password"), shown.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_comes_from_standard_input_or_is_asked_for_twice()
    {
        Assert.Equal(0, (await someone.RunAsync(new Input(Password + "\n"), "user", "add", "piped", "--password-stdin")).Code);
        Assert.Equal(0, (await someone.RunAsync(new Input { Typed = [Password, Password] }, "user", "add", "typed")).Code);
        Assert.True(Verifies(await someone.ReadUserAsync("piped"), Password));
        Assert.True(Verifies(await someone.ReadUserAsync("typed"), Password));
        Assert.DoesNotContain(Password, someone.Sent, StringComparison.Ordinal);
    }

    public static TheoryData<string, string, string[]> BadPasswords =>
        new()
        {
            { "8 to 1024", "1234567\n", [] },
            { "8 to 1024", new string('x', 1025), [] },
            { "8 to 1024", "", [] },
            { "two passwords", "", [Password, Password + "!"] },
            { "8 to 1024", "", ["short", "short"] },
            { "control characters", "tab\there-1234\n", [] },
        };

    [Theory, MemberData(nameof(BadPasswords))]
    public async Task A_bad_password_adds_nobody(string reason, string piped, string[] typed)
    {
        string[] source = typed.Length == 0 ? ["--password-stdin"] : [];
        var refused = await someone.RunAsync(new Input(piped) { Typed = typed }, ["user", "add", "nobody", .. source]);
        Assert.Equal(ExitCodes.Refused, refused.Code);
        Assert.Contains(reason, refused.Error, StringComparison.Ordinal);
        Assert.Null(await someone.Users.FindByLoginAsync("nobody", TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("--password-stdin", "add", "unattended")]
    [InlineData("no space", "add", "two words", "--generate-password")]
    [InlineData("JSON object", "add", "claims", "--generate-password", "--claims", "[]")]
    [InlineData("not a claim", "add", "claims", "--generate-password", "--claims", """{"sub":"me"}""")]
    [InlineData("--email", "add", "claims", "--generate-password", "--email-verified")]
    [InlineData("neither", "show", "stranger")]
    [InlineData("neither", "set", "stranger", "--name", "x")]
    [InlineData("neither", "set-password", "stranger", "--generate-password")]
    [InlineData("neither", "disable", "stranger")]
    [InlineData("neither", "sign-out", "stranger")]
    [InlineData("neither", "remove", "stranger")]
    public async Task What_cannot_be_done_is_refused_with_a_sentence(string reason, params string[] args)
    {
        var refused = await someone.RunAsync(["user", .. args]);
        Assert.Equal((ExitCodes.Refused, ""), (refused.Code, refused.Out));
        Assert.Contains(reason, refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_login_name_that_is_taken_is_refused_whatever_its_case()
    {
        await AddAsync("taken");
        Assert.Equal(ExitCodes.Refused, (await someone.RunAsync("user", "add", "TAKEN", "--generate-password")).Code);
    }

    [Fact]
    public async Task Disabling_a_person_ends_everything_and_enabling_revives_nothing()
    {
        await AddAsync("disabled");
        var before = await SessionAsync("disabled");
        Assert.True((await someone.RunAsync("user", "disable", "disabled", "--json")).Json().GetProperty("disabled").GetBoolean());
        Assert.False((await someone.ReadUserAsync("disabled")).Honours(await SessionAsync("disabled")));
        await someone.RunAsync("user", "enable", "disabled");
        Assert.True((await someone.ReadUserAsync("disabled")).Honours(await SessionAsync("disabled")));
        Assert.False((await someone.ReadUserAsync("disabled")).Honours(before));
    }

    [Fact]
    public async Task Signing_out_voids_what_was_authorized_before_whatever_time_the_operators_machine_has()
    {
        await AddAsync("out");
        var before = await SessionAsync("out");
        Assert.True((await someone.ReadUserAsync("out")).Honours(before));
        foreach (var correction in new[] { 0, -10, 20 })
        {
            someone.Clock.Set(TimeSpan.FromMinutes(correction));
            Assert.Equal(ExitCodes.Ok, (await someone.RunAsync("user", "sign-out", "out")).Code);
            Assert.False((await someone.ReadUserAsync("out")).Honours(before));
        }
        Assert.True((await someone.ReadUserAsync("out")).Honours(await SessionAsync("out")));
    }

    [Fact]
    public async Task Another_password_ends_sessions_unless_they_are_kept()
    {
        await AddAsync("changed");
        var before = await SessionAsync("changed");
        var kept = await someone.RunAsync("user", "set-password", "changed", "--generate-password", "--keep-sessions", "--json");
        Assert.True((await someone.ReadUserAsync("changed")).Honours(before));
        Assert.True(Verifies(await someone.ReadUserAsync("changed"), kept.Text("password")));
        await someone.RunAsync(new Input(Password), "user", "set-password", "changed", "--password-stdin");
        Assert.False((await someone.ReadUserAsync("changed")).Honours(before));
        Assert.True(Verifies(await someone.ReadUserAsync("changed"), Password));
        Assert.False(Verifies(await someone.ReadUserAsync("changed"), kept.Text("password")));
    }

    [Fact]
    public async Task Another_email_address_has_to_be_verified_anew()
    {
        await AddAsync("claims", "--email", "old@example.com", "--email-verified", "--name", "Old \"Name\"");
        var set = (await someone.RunAsync("user", "set", "claims", "--email", "new@example.com", "--json")).Json().GetProperty("claims");
        Assert.Equal("new@example.com", set.GetProperty("email").GetString());
        Assert.False(set.GetProperty("email_verified").GetBoolean());
        Assert.Equal("Old \"Name\"", set.GetProperty("name").GetString());
        set = (await someone.RunAsync("user", "set", "claims", "--email", "", "--name", "", "--json")).Json().GetProperty("claims");
        Assert.Empty(set.EnumerateObject());
    }

    [Fact]
    public async Task A_removed_person_leaves_their_login_name_free()
    {
        var first = await AddAsync("leaver");
        Assert.Equal(ExitCodes.Ok, (await someone.RunAsync("user", "remove", "leaver", "--yes")).Code);
        Assert.NotEqual(first.Text("sub"), (await AddAsync("leaver")).Text("sub"));
    }

    [Fact]
    public async Task People_are_listed_and_no_control_character_of_theirs_reaches_the_terminal()
    {
        await AddAsync("listed", "--name", "red\u001b[31m");
        var users = (await someone.RunAsync("user", "list", "--json")).Json().EnumerateArray();
        Assert.Contains(users, user => user.GetProperty("login").GetString() == "listed");
        var table = (await someone.RunAsync("user", "list")).Out;
        Assert.Contains("red?[31m", table, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', table);
        Assert.DoesNotContain('\u001b', (await someone.RunAsync("user", "show", "listed")).Out);
    }

    private async Task<Session> SessionAsync(string login) =>
        new()
        {
            Id = default,
            SecretHash = [],
            Subject = "",
            AuthTime = someone.Clock.Now,
            Amr = [],
            ExpiresAt = someone.Clock.Now,
            Stamp = (await someone.ReadUserAsync(login)).Stamp,
        };

    private async Task<Outcome> AddAsync(string login, params string[] more)
    {
        var added = await someone.RunAsync(["user", "add", login, "--generate-password", "--json", .. more]);
        Assert.Equal("", added.Code == 0 ? "" : added.Error);
        return added;
    }

    // A hash of fewer iterations than the server wants would verify with another answer.
    private static bool Verifies(User user, string password)
    {
        var options = Microsoft.Extensions.Options.Options.Create(new PasswordHasherOptions { IterationCount = User.PasswordIterations });
        return new PasswordHasher<User>(options).VerifyHashedPassword(user, user.PasswordHash!, password) == PasswordVerificationResult.Success;
    }
}

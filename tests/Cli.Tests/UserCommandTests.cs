using System.Text;
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

    [Theory, Rfc(8265, "4.2")]
    [InlineData("tab\tdel\u007fnel\u0085 blank ", "tab\tdel\u007fnel\u0085 blank ")]
    [InlineData("Pre\u0301paratifs de\u0301licats", "Pr\u00e9paratifs d\u00e9licats")]
    [InlineData("\ud83d\ude00\ud83d\ude01\ud83d\ude02\ud83d\ude03\ud83d\ude04\ud83d\ude05\ud83d\ude06\ud83d\ude07", "\ud83d\ude00\ud83d\ude01\ud83d\ude02\ud83d\ude03\ud83d\ude04\ud83d\ude05\ud83d\ude06\ud83d\ude07")]
    public async Task A_password_is_kept_as_typed_but_for_how_its_letters_are_spelled(string typed, string kept)
    {
        await someone.RunAsync("user", "remove", "asis", "--yes");
        Assert.Equal(0, (await someone.RunAsync(new Input(typed + "\r\n"), "user", "add", "asis", "--password-stdin")).Code);
        Assert.True(Verifies(await someone.ReadUserAsync("asis"), kept));
    }

    [Fact]
    public async Task A_mark_that_an_editor_put_before_the_password_is_not_part_of_it()
    {
        Assert.Equal(0, (await someone.RunAsync(Piped([0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Password)]), "user", "add", "marked", "--password-stdin")).Code);
        Assert.True(Verifies(await someone.ReadUserAsync("marked"), Password));
    }

    // One character a byte.
    [Theory, Rfc(3629, "3")]
    [InlineData("latin-1 passw\u00f6rter\n")]
    [InlineData("half a letter \u00c3")]
    [InlineData("\u00ef\u00bb\u00bfmarked and \u00ff")]
    [InlineData("\u00ff\u00fec\0o\0r\0r\0e\0c\0t\0 \0h\0o\0r\0s\0e\0")]
    public async Task A_password_that_is_not_UTF_8_adds_nobody(string bytes)
    {
        var refused = await someone.RunAsync(Piped(Encoding.Latin1.GetBytes(bytes)), "user", "add", "latin", "--password-stdin");
        Assert.Equal(ExitCodes.Refused, refused.Code);
        Assert.Contains("not UTF-8", refused.Error, StringComparison.Ordinal);
        Assert.Null(await someone.Users.FindByLoginAsync("latin", TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("--name", "Bank\u202eknab")]
    [InlineData("--name", "\u3164")]
    [InlineData("--name", "   ")]
    [InlineData("--email", "alice@\u2066example.com")]
    [InlineData("--claims", "{\"nickname\":\"a\\u200bb\"}")]
    public async Task What_is_known_of_a_person_can_be_seen(string option, string value)
    {
        var refused = await someone.RunAsync("user", "add", "hidden", "--generate-password", option, value);
        Assert.Equal(ExitCodes.Refused, refused.Code);
        Assert.Contains("invisible", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_has_what_its_script_needs_and_an_old_one_stands_in_nobodys_way()
    {
        const string persian = "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627";
        await AddAsync("persian", "--name", persian);
        Assert.Contains(persian, (await someone.RunAsync("user", "show", "persian")).Out, StringComparison.Ordinal);
        await RenameAsync("persian", "old\u202ename");
        Assert.Equal(0, (await someone.RunAsync("user", "set", "persian", "--email", "ali@example.com")).Code);
        Assert.Contains("old?name", (await someone.RunAsync("user", "show", "persian")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Setting_a_password_knows_whose_it_is()
    {
        await AddAsync("margarethe", "--email", "rosenbaum@example.com");
        var refused = await someone.RunAsync(new Input("Rosenbaum26\n"), "user", "set-password", "margarethe", "--password-stdin");
        Assert.Contains("name of this person", refused.Error, StringComparison.Ordinal);
    }

    public static TheoryData<string, string, string[]> BadPasswords =>
        new()
        {
            { "8 to 1024", "1234567\n", [] },
            { "8 to 1024", new string('x', 1025), [] },
            { "8 to 1024", "", [] },
            { "two passwords", "", [Password, Password + "!"] },
            { "8 to 1024", "", ["short", "short"] },
            { "8 to 1024", string.Concat(Enumerable.Repeat("\ud83d\ude00", 7)) + "\n", [] },
            { "guessed first", "password123\n", [] },
            { "guessed first", "", ["P@ssw0rd!", "P@ssw0rd!"] },
            { "repeats", "aaaaaaaaaaaaaaa\n", [] },
            { "name of this person", "Nobody@home.example1\n", [] },
            { "name of this person", "Nemo_Nihil!\n", [] },
        };

    [Theory, MemberData(nameof(BadPasswords))]
    public async Task A_bad_password_adds_nobody(string reason, string piped, string[] typed)
    {
        string[] source = typed.Length == 0 ? ["--password-stdin"] : [];
        string[] names = ["--name", "Nemo Nihil", "--email", "nobody@home.example"];
        var refused = await someone.RunAsync(new Input(piped) { Typed = typed }, ["user", "add", "nobody", .. names, .. source]);
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
        await AddAsync("listed");
        await RenameAsync("listed", "red\u001b[31m");
        var users = (await someone.RunAsync("user", "list", "--json")).Json().EnumerateArray();
        Assert.Contains(users, user => user.GetProperty("login").GetString() == "listed");
        var table = (await someone.RunAsync("user", "list")).Out;
        Assert.Contains("red?[31m", table, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', table);
        Assert.DoesNotContain('\u001b', (await someone.RunAsync("user", "show", "listed")).Out);
    }

    private static Input Piped(byte[] bytes) => new() { PipedBytes = bytes };

    // As rows of before may be.
    private async Task RenameAsync(string login, string name)
    {
        var read = (await someone.Users.FindByLoginAsync(login, TestContext.Current.CancellationToken))!;
        var claims = read.Value.Claims.With(UserClaims.Name, System.Text.Json.JsonSerializer.SerializeToElement(name));
        Assert.True(await someone.Users.TryReplaceAsync(read, read.Value with { Claims = claims }, TestContext.Current.CancellationToken));
    }

    private async Task<Session> SessionAsync(string login) =>
        new()
        {
            Id = default,
            Root = default,
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

using System.Diagnostics;
using Postern.Cli;

namespace Postern.Tests;

/// <summary>Standard output that is full, closed, or read by nobody.</summary>
public class OutputTests(Operator someone) : IClassFixture<Operator>
{
    private static readonly Input Full = new() { IsFull = true };

    [Fact]
    public async Task A_secret_that_cannot_be_shown_is_not_made()
    {
        await someone.RunAsync("client", "add", "kept", "--redirect-uri", "https://web.example/cb");
        await someone.RunAsync("user", "add", "kept", "--generate-password");
        var (client, user) = (await someone.ReadClientAsync("kept"), await someone.ReadUserAsync("kept"));
        foreach (var command in new[]
        {
            "client add lost --redirect-uri https://web.example/cb", "client rotate-secret kept --yes",
            "user add lost --generate-password", "user set-password kept --generate-password",
        })
        {
            var failed = await someone.RunAsync(Full, command.Split(' '));
            Assert.Equal(ExitCodes.NotShown, failed.Code);
            Assert.Contains("(No space left on device). Nothing was changed", failed.Error, StringComparison.Ordinal);
        }
        Assert.Null(await someone.Clients.ReadAsync("lost", TestContext.Current.CancellationToken));
        Assert.Null(await someone.Users.FindByLoginAsync("lost", TestContext.Current.CancellationToken));
        Assert.Equal(client.Secrets.Single().Hash, (await someone.ReadClientAsync("kept")).Secrets.Single().Hash);
        var after = await someone.ReadUserAsync("kept");
        Assert.Equal((user.PasswordHash, user.Stamp), (after.PasswordHash, after.Stamp));
    }

    [Fact]
    public async Task A_change_without_a_secret_says_that_it_was_made()
    {
        await someone.RunAsync("client", "add", "named", "--redirect-uri", "https://web.example/cb");
        var failed = await someone.RunAsync(Full, "client", "set", "named", "--name", "Other");
        Assert.Equal(ExitCodes.NotShown, failed.Code);
        Assert.Contains("The change was made", failed.Error, StringComparison.Ordinal);
        Assert.Equal("Other", (await someone.ReadClientAsync("named")).ClientName);
    }

    [Theory]
    [InlineData("> /dev/full")]
    [InlineData(">&-")]
    [InlineData("| exec 0<&-")]
    public async Task Where_the_process_has_no_output_it_says_so_and_ends_with_its_exit_code(string output)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the shell's redirections");
        var postern = Path.Combine(AppContext.BaseDirectory, "postern.dll");
        var command = $"set -o pipefail; (sleep 1; exec dotnet '{postern}' --help) {output}";
        using var shell = Process.Start(new ProcessStartInfo("bash", ["-c", command]) { RedirectStandardError = true })!;
        var error = await shell.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(ExitCodes.NotShown, shell.ExitCode);
        Assert.Contains("Standard output cannot be written", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--machine", "--scope", "api:read")]
    [InlineData("--redirect-uri", "https://web.example/cb")]
    public async Task A_persons_subject_is_no_client_id(params string[] options)
    {
        var subject = (await someone.RunAsync("user", "add", $"person{options.Length}", "--generate-password", "--json")).Text("sub");
        var refused = await someone.RunAsync(["client", "add", subject, .. options]);
        Assert.Equal((ExitCodes.Refused, ""), (refused.Code, refused.Out));
        Assert.Contains("is the subject of a person", refused.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new[] { "n" }, false)]
    [InlineData(new[] { "y" }, true)]
    [InlineData(new string[0], false)]
    public async Task A_rotation_without_overlap_asks_first(string[] answers, bool isRotated)
    {
        var id = $"ask{answers.FirstOrDefault()}";
        await someone.RunAsync("client", "add", id, "--redirect-uri", "https://web.example/cb");
        var before = (await someone.ReadClientAsync(id)).Secrets.Single().Hash;
        await someone.RunAsync(new Input { Typed = answers }, "client", "rotate-secret", id);
        Assert.Equal(isRotated, Convert.ToHexString(before) != Convert.ToHexString((await someone.ReadClientAsync(id)).Secrets.Single().Hash));
    }
}

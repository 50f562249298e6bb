using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Postern.Cli;
using Postern.Storage;

namespace Postern.Tests;

public class CommandLineTests(Operator someone) : IClassFixture<Operator>
{
    [Theory]
    [InlineData("client")]
    [InlineData("client", "add")]
    [InlineData("client", "add", "x", "--unheard-of")]
    [InlineData("client", "add", "x", "--public", "--machine")]
    [InlineData("client", "add", "x", "--native", "--auth-method", "client_secret_basic")]
    [InlineData("client", "add", "x", "--device", "--auth-method", "client_secret_basic")]
    [InlineData("client", "add", "x", "--device", "--machine")]
    [InlineData("client", "add", "x", "--native", "--alg", "HS256")]
    [InlineData("user", "add", "x", "--password", "on the command line")]
    [InlineData("user", "add", "x", "--password-stdin", "--generate-password")]
    [InlineData("keys", "list")]
    [InlineData("keys", "list", "--issuer", "http://login.example.com")]
    [InlineData("client", "list", "--storage", "nonsense")]
    [InlineData("client", "set", "x")]
    [InlineData("client", "set", "x", "--json")]
    [InlineData("user", "set", "x")]
    [InlineData("keys", "rotate")]
    [InlineData("keys", "retire")]
    [InlineData("keys", "list", "--key-vault", "nonsense")]
    [InlineData("keys", "list", "--key-vault", "https://example.vault.azure.net/path")]
    [InlineData("keys", "list", "--key-vault", "https://example.vault.azure.net", "--signing", "sometimes")]
    public async Task What_is_not_understood_ends_with_2(params string[] args)
    {
        var outcome = await someone.RunAsync(args);
        Assert.Equal(ExitCodes.Usage, outcome.Code);
        Assert.NotEmpty(outcome.Error);
    }

    [Fact]
    public async Task Without_a_storage_setting_a_command_says_what_to_set()
    {
        var outcome = await someone.RunAsync(new Input(Environment: new Dictionary<string, string>()), "client", "list");
        Assert.Equal(ExitCodes.Usage, outcome.Code);
        Assert.Contains("POSTERN_STORAGE", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cannot be reached", "AccountName=a;AccountKey=AAAA;TableEndpoint=http://127.0.0.1:1")]
    [InlineData("Storage Table Data Contributor", null)]
    public async Task Storage_that_fails_ends_with_3_and_what_to_do(string advice, string? storage)
    {
        storage ??= someone.Storage.Replace("AccountKey=", "AccountKey=AAAA", StringComparison.Ordinal);
        var outcome = await someone.RunAsync("client", "list", "--storage", storage);
        Assert.Equal((ExitCodes.Unavailable, ""), (outcome.Code, outcome.Out));
        Assert.Contains(advice, outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("AccountKey", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_login_to_Azure_a_command_says_how_to_get_one()
    {
        string[][] commands =
        [
            ["client", "list", "--storage", "https://example.table.core.windows.net"],
            ["keys", "list", "--key-vault", "https://example.vault.azure.net"],
        ];
        foreach (var args in commands)
        {
            var outcome = await someone.RunAsync(args);
            Assert.Equal((ExitCodes.Unavailable, ""), (outcome.Code, outcome.Out));
            Assert.Contains("az login", outcome.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("client", "show", "another")]
    [InlineData("client", "set", "another", "--name", "x")]
    [InlineData("client", "list")]
    public async Task A_row_that_another_version_wrote_is_explained(params string[] args)
    {
        await using var other = new Operator();
        await other.InitializeAsync();
        await other.Tables.MergeAsync("clients", new Row("another", "client").Set("ClientName", "Another"), TestContext.Current.CancellationToken);
        var outcome = await other.RunAsync(args);
        Assert.Equal((ExitCodes.Unavailable, ""), (outcome.Code, outcome.Out));
        Assert.Contains("another version of Postern", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("another, client", outcome.Error, StringComparison.Ordinal);
        var unreadable = new Row("another", "client").Set("ClientName", "Another").Set("Scope", "x").Set("CreatedAt", "yesterday");
        await other.Tables.MergeAsync("clients", unreadable, TestContext.Current.CancellationToken);
        Assert.Equal(ExitCodes.Unavailable, (await other.RunAsync(args)).Code);
    }

    [Theory]
    [InlineData("y", ExitCodes.Ok)]
    [InlineData("n", ExitCodes.Refused)]
    [InlineData("", ExitCodes.Refused)]
    [InlineData(null, ExitCodes.Refused)]
    public async Task What_cannot_be_taken_back_is_asked_for(string? answer, int code)
    {
        await someone.RunAsync("client", "add", "asked", "--native");
        await someone.RunAsync("user", "add", "asked", "--generate-password");
        foreach (var what in new[] { "client", "user" })
        {
            var outcome = await someone.RunAsync(new Input { Typed = answer is null ? [] : [answer] }, what, "remove", "asked");
            Assert.Equal(code, outcome.Code);
            Assert.Equal(code, (await someone.RunAsync(what, "show", "asked")).Code == ExitCodes.Ok ? ExitCodes.Refused : ExitCodes.Ok);
            Assert.Equal(answer is null, outcome.Error.Contains("--yes", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task An_issuer_that_does_not_answer_ends_with_3()
    {
        var outcome = await someone.RunAsync("keys", "list", "--issuer", "http://127.0.0.1:1");
        Assert.Equal(ExitCodes.Unavailable, outcome.Code);
        Assert.Contains("--issuer", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_command_teaches_by_an_example()
    {
        var terminal = new Terminal
        {
            In = TextReader.Null,
            Out = TextWriter.Null,
            Error = TextWriter.Null,
            Environment = new Dictionary<string, string>(),
            Time = someone.Clock,
            Credential = new NoLogin(),
        };
        var commands = Below(new PosternCommand(terminal)).ToArray();
        Assert.True(commands.Length > 15, "too few commands to believe the search");
        Assert.All(commands, command => Assert.Contains("  postern ", command.Description, StringComparison.Ordinal));
        Assert.All(commands, command => Assert.EndsWith(".", command.Description!.Split('\n')[0], StringComparison.Ordinal));
        var group = await someone.RunAsync("keys", "--help");
        Assert.DoesNotContain("postern keys rotate", group.Out, StringComparison.Ordinal);
        var help = await someone.RunAsync("client", "add", "--help");
        Assert.Equal(ExitCodes.Ok, help.Code);
        Assert.Contains("postern client add web --redirect-uri", help.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_executable_takes_its_settings_from_the_environment_and_ends_with_the_code()
    {
        var (code, written) = await StartAsync("client", "add", "process", "--native", "--json");
        Assert.Equal(ExitCodes.Ok, code);
        Assert.Equal("process", JsonDocument.Parse(written).RootElement.GetProperty("client_id").GetString());
        Assert.True((await someone.ReadClientAsync("process")).IsPublic);
    }

    private static IEnumerable<Command> Below(Command command) => command.Subcommands.SelectMany(Below).Prepend(command);

    private async Task<(int Code, string Out)> StartAsync(params string[] args)
    {
        var dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var start = new ProcessStartInfo(dotnet, [Path.Combine(AppContext.BaseDirectory, "postern.dll"), .. args])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            Environment = { ["POSTERN_STORAGE"] = someone.Storage },
        };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var written = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, written);
    }
}

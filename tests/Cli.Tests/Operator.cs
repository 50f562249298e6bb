using System.Text.Json;
using Azure.Core;
using Azure.Identity;
using Postern.Cli;
using Postern.Local;
using Postern.Protocol;
using Postern.Storage;
using AccessToken = Azure.Core.AccessToken;

namespace Postern.Tests;

/// <summary>What a command ended with and wrote.</summary>
internal sealed record Outcome(int Code, string Out, string Error)
{
    /// <summary>Fails where the output is not JSON.</summary>
    public JsonElement Json() => JsonDocument.Parse(Out).RootElement;

    public string Text(string name) => Json().GetProperty(name).GetString()!;
}

/// <summary>Somebody at a terminal, in front of the embedded table service, whose every request is kept.</summary>
public sealed class Operator : IAsyncLifetime
{
    private TableService? service;
    private RecordingProxy? proxy;

    public FakeClock Clock { get; } = new(DateTimeOffset.UtcNow);

    public string Storage => service!.ConnectionString.Split("TableEndpoint=")[0] + $"TableEndpoint={proxy!.Address}";

    public Tables Tables => Tables.Connect(service!.ConnectionString);

    /// <summary>Everything that was ever sent to the tables.</summary>
    public string Sent => proxy!.Sent;

    internal ClientStore Clients => new(Tables, Clock, TimeSpan.Zero);

    internal UserStore Users => new(Tables);

    public async ValueTask InitializeAsync()
    {
        service = await TableService.StartAsync(Clock);
        proxy = await RecordingProxy.StartAsync(service.ConnectionString.Split("TableEndpoint=")[1]);
    }

    public async ValueTask DisposeAsync()
    {
        await proxy!.DisposeAsync();
        await service!.DisposeAsync();
    }

    internal Task<Outcome> RunAsync(params string[] args) => RunAsync(new Input(), args);

    internal async Task<Outcome> RunAsync(Input input, params string[] args)
    {
        var (written, errors) = (new StringWriter(), new StringWriter());
        var typed = new Queue<string>(input.Typed);
        var terminal = new Terminal
        {
            In = new StringReader(input.Piped),
            Out = written,
            Error = errors,
            Environment = new Dictionary<string, string>(input.Environment ?? new Dictionary<string, string> { ["POSTERN_STORAGE"] = Storage }),
            Time = Clock,
            Credential = input.Credential,
            Ask = input.Typed.Length == 0 ? null : _ => typed.Dequeue(),
            AskHidden = input.Typed.Length == 0 ? null : _ => typed.Dequeue(),
        };
        var code = await PosternCommand.RunAsync(args, terminal);
        return new Outcome(code, written.ToString(), errors.ToString());
    }

    internal async Task<Client> ReadClientAsync(string id) => (await Clients.ReadAsync(id, TestContext.Current.CancellationToken))!.Value;

    internal async Task<User> ReadUserAsync(string login) => (await Users.FindByLoginAsync(login, TestContext.Current.CancellationToken))!.Value;
}

/// <summary>What the operator has around them besides the arguments.</summary>
internal sealed record Input(string Piped = "", IReadOnlyDictionary<string, string>? Environment = null)
{
    /// <summary>Answers to questions; none: nobody sits at the terminal.</summary>
    public string[] Typed { get; init; } = [];

    public TokenCredential Credential { get; init; } = new NoLogin();
}

/// <summary>Nobody has logged in to Azure here.</summary>
internal sealed class NoLogin : TokenCredential
{
    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        throw new CredentialUnavailableException("nobody");

    public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        throw new CredentialUnavailableException("nobody");
}

using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Azure.Identity;
using Postern.Cli;
using Postern.Local;
using Postern.Protocol;
using Postern.Server;
using Postern.Signing;
using Postern.Storage;

[assembly: AssemblyFixture(typeof(Postern.Tests.PosternServer))]

namespace Postern.Tests;

/// <summary>What <c>postern client add</c> shows of a new client.</summary>
public sealed record Registered(string Id, string Secret);

/// <summary>One server for all tests, behind TLS, with one person; its clients are registered as an operator does.</summary>
public sealed class PosternServer : IAsyncLifetime
{
    public const string Login = "alice@example.com";
    public const string Password = "correct horse battery staple";

    private readonly TlsFront front = new();
    private TableService? service;
    private WebApplication? app;

    public string Issuer => front.Address;

    public async ValueTask InitializeAsync()
    {
        service = await TableService.StartAsync();
        var options = new ServerOptions { Issuer = Issuer, Storage = service.ConnectionString, Listen = "http://127.0.0.1:0" };
        var signer = new LocalSigner(RSA.Create(2048), ECDsa.Create(ECCurve.NamedCurves.nistP256));
        var keys = new ServerKeys(signer, null, TimeSpan.FromMinutes(5));
        app = KestrelHost.Build(options, Tables.Connect(service.ConnectionString), keys, TimeProvider.System);
        await app.StartAsync();
        _ = front.ForwardToAsync(new Uri(app.Urls.Single()));
        await OperateAsync(Password, "user", "add", Login, "--name", "Alice Example", "--email", Login, "--email-verified", "--password-stdin");
    }

    public async ValueTask DisposeAsync()
    {
        front.Dispose();
        await app!.DisposeAsync();
        await service!.DisposeAsync();
    }

    /// <summary>Registers a client under an id of its own.</summary>
    /// <param name="options">Everything behind <c>postern client add ID</c>.</param>
    public async Task<Registered> AddClientAsync(params string[] options)
    {
        var client = await OperateAsync("", ["client", "add", $"client-{Guid.NewGuid():N}", .. options]);
        var secret = client.TryGetProperty("client_secret", out var shown) ? shown.GetString()! : "";
        return new Registered(client.GetProperty("client_id").GetString()!, secret);
    }

    /// <summary>An access token for an API, of a client without people.</summary>
    public async Task<string> TokenForAsync(string audience)
    {
        var machine = await AddClientAsync("--machine", "--scope", "api", "--audience", audience);
        var answer = await PostAsync("/token", machine, "grant_type", "client_credentials");
        return JsonDocument.Parse(answer).RootElement.GetProperty("access_token").GetString()!;
    }

    /// <summary>Revokes a token of a client.</summary>
    public Task RevokeAsync(Registered client, string token) => PostAsync("/revoke", client, "token", token);

    private async Task<string> PostAsync(string path, Registered client, string name, string value)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{client.Id}:{client.Secret}")));
        using var form = new FormUrlEncodedContent([KeyValuePair.Create(name, value)]);
        using var response = await http.PostAsync(new Uri(Issuer + path), form);
        Assert.True(response.IsSuccessStatusCode, $"{path} answered {response.StatusCode}");
        return await response.Content.ReadAsStringAsync();
    }

    private async Task<JsonElement> OperateAsync(string piped, params string[] args)
    {
        var (written, errors) = (new StringWriter(), new StringWriter());
        var terminal = new Terminal
        {
            In = new StringReader(piped),
            Out = written,
            Error = errors,
            Environment = new Dictionary<string, string> { ["POSTERN_STORAGE"] = service!.ConnectionString },
            Time = TimeProvider.System,
            Credential = new AzureCliCredential(),
        };
        var code = await PosternCommand.RunAsync([.. args, "--json"], terminal);
        Assert.True(code == ExitCodes.Ok, errors.ToString());
        return JsonDocument.Parse(written.ToString()).RootElement;
    }
}

using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Azure.Core;
using Microsoft.Azure.Functions.Worker;
using Postern.Local;
using Postern.Protocol;
using Postern.Server;
using Postern.Signing;
using Postern.Storage;

namespace Postern.Tests;

/// <summary>
/// The whole server in this process, on a loopback port, over the embedded table service, with a clock that stands
/// still. It has the clients and the person that most tests need.
/// </summary>
public sealed class AuthServer : IAsyncDisposable
{
    public const string Issuer = "https://login.example";
    public const string Secret = "the-secret-of-every-confidential-client";
    public const string Login = "alice@example.com";
    public const string Password = "correct horse battery staple";
    public const string Subject = "alice-subject";
    public const string FormType = "application/x-www-form-urlencoded";

    // Making RSA keys is slow, and no test changes them.
    private static readonly LocalSigner SharedSigner = new(RSA.Create(2048), ECDsa.Create(ECCurve.NamedCurves.nistP256));

    private readonly TableService? service;
    private readonly WebApplication app;
    private readonly ServerKeys keys;
    private Browser? signedIn;

    private AuthServer(TableService? service, WebApplication app, Tables tables, ServerKeys keys, FakeClock clock)
    {
        (this.service, this.app, Tables, this.keys, Clock) = (service, app, tables, keys, clock);
        var plain = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1,
        };
        Http = new HttpClient(plain) { BaseAddress = new Uri(app.Urls.First()) };
        Clients = new ClientStore(tables, clock, TimeSpan.Zero);
        Users = new UserStore(tables);
    }

    public FakeClock Clock { get; }

    public Tables Tables { get; }

    /// <summary>Counts what the server asks of the tables.</summary>
    public required RoundTrips RoundTrips { get; init; }

    /// <summary>What the tables do not answer.</summary>
    public required TableOutage Outage { get; init; }

    /// <summary>Whether the keys can be reached.</summary>
    public required SigningOutage Signing { get; init; }

    /// <summary>Every line that the server wrote.</summary>
    public required LogLines Log { get; init; }

    /// <summary>What the server has mapped.</summary>
    public IEnumerable<Endpoint> MappedEndpoints => ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints);

    /// <summary>What it would run under the Functions host too.</summary>
    internal Functions Functions => app.Services.GetRequiredService<Functions>();

    /// <summary>Follows no redirect and keeps no cookie.</summary>
    public HttpClient Http { get; }

    public ClientStore Clients { get; }

    public UserStore Users { get; }

    public static LocalSigner Signer => SharedSigner;

    /// <param name="configure">Changes settings.</param>
    /// <param name="storage">A connection string; null: an embedded table service of its own.</param>
    /// <param name="vault">Has the keys, by the settings; null: they are in memory.</param>
    /// <param name="clock">The time; null: a clock of its own.</param>
    public static async Task<AuthServer> StartAsync(
        Func<ServerOptions, ServerOptions>? configure = null,
        string? storage = null,
        TestVault? vault = null,
        FakeClock? clock = null
    )
    {
        var service = storage is null ? await TableService.StartAsync() : null;
        storage ??= service!.ConnectionString;
        clock ??= new FakeClock();
        var (roundTrips, outage, log) = (new RoundTrips(), new TableOutage(), new LogLines());
        var tables = Tables.Connect(storage, null, client =>
        {
            client.AddPolicy(roundTrips, HttpPipelinePosition.PerRetry);
            client.AddPolicy(outage, HttpPipelinePosition.PerRetry);
        });
        var options = new ServerOptions { Issuer = Issuer, Storage = storage, Listen = "http://127.0.0.1:0" };
        options = configure?.Invoke(options) ?? options;
        var keys = vault is null
            ? new ServerKeys(SharedSigner, null, TimeSpan.FromMinutes(5))
            : ServerKeys.Create(options, vault.Credential, tables, clock);
        var signing = new SigningOutage(keys.Signer);
        var app = KestrelHost.Build(
            options,
            tables,
            keys with { Signer = signing },
            clock,
            logging => logging.AddProvider(log).SetMinimumLevel(LogLevel.Trace)
        );
        await app.StartAsync();
        var server = new AuthServer(service, app, tables, keys, clock) { RoundTrips = roundTrips, Outage = outage, Signing = signing, Log = log };
        await server.SeedAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.DisposeAsync();
        if (service is not null)
            await service.DisposeAsync();
    }

    /// <summary>A browser that has been nowhere yet.</summary>
    public Browser Browser() => new(Http);

    /// <summary>A browser in which Alice is signed in. All that come from here share one session.</summary>
    public async Task<Browser> SignedInAsync()
    {
        if (signedIn is null)
        {
            var browser = await Browser().GoAsync(new Flow(this, "own").Url());
            signedIn = await browser.SignInAsync();
        }
        return signedIn.Copy();
    }

    /// <summary>The browser of Alice, signed in, after an authorization request of this client.</summary>
    public async Task<Browser> AuthorizeAsync(string clientId, params (string Name, string? Value)[] parameters) =>
        await (await SignedInAsync()).GoAsync(new Flow(this, clientId).Url(parameters));

    /// <summary>POSTs a form as the client authenticates: with Basic, with its secret in the form, or with its id alone.</summary>
    public async Task<Answer> PostAsync(string path, string clientId, params (string Name, string Value)[] form)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        if (clientId is not ("app" or "spa" or "post"))
            request.Headers.Authorization = Basic(clientId, Secret);
        request.Content = clientId switch
        {
            "app" or "spa" => Form([.. form, ("client_id", clientId)]),
            "post" => Form([.. form, ("client_id", clientId), ("client_secret", Secret)]),
            _ => Form(form),
        };
        return await SendAsync(request);
    }

    /// <summary>POSTs a body as it is, one byte a character.</summary>
    public async Task<Answer> PostRawAsync(string path, string body, string? contentType = FormType, string? authorization = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(Encoding.Latin1.GetBytes(body)) };
        if (contentType is not null)
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        return await SendAsync(request);
    }

    public async Task<Answer> SendAsync(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        return await SendAsync(request);
    }

    public async Task<Answer> SendAsync(HttpRequestMessage request)
    {
        using var response = await Http.SendAsync(request);
        return await Answer.ReadAsync(response);
    }

    /// <summary>GETs with a bearer token.</summary>
    public async Task<Answer> GetAsync(string path, string? accessToken = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accessToken is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        return await SendAsync(request);
    }

    /// <summary>As its schedule does.</summary>
    public Task RunTimerAsync(string name) => Functions.Timers.Single(timer => timer.Name == name).Run(new TimerInfo(), default);

    /// <summary>As an operator does.</summary>
    public Task RotateKeysAsync() => keys.Keys!.RotateAsync(default);

    public async Task<IReadOnlyList<string>> TableNamesAsync() => await Tables.ListTablesAsync("", default);

    public static AuthenticationHeaderValue Basic(string clientId, string secret) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{clientId}:{secret}")));

    public static FormUrlEncodedContent Form(params (string Name, string Value)[] form) =>
        new(form.Select(field => KeyValuePair.Create(field.Name, field.Value)));

    private async Task SeedAsync()
    {
        foreach (var client in TestClients.All(Clock.Now))
            await Clients.TryAddAsync(client, default);
        if (await Users.FindAsync(Subject, default) is null)
            await Users.TryAddAsync(TestUsers.Alice(Clock.Now), default);
        RoundTrips.Reset();
    }
}

using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
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

    // Making RSA keys is slow, and no test changes them.
    private static readonly LocalSigner SharedSigner = new(RSA.Create(2048), ECDsa.Create(ECCurve.NamedCurves.nistP256));

    private readonly TableService service;
    private readonly WebApplication app;

    private AuthServer(TableService service, WebApplication app, Tables tables, RoundTrips roundTrips, FakeClock clock)
    {
        (this.service, this.app, Tables, RoundTrips, Clock) = (service, app, tables, roundTrips, clock);
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri(app.Urls.First()) };
        Clients = new ClientStore(tables, clock, TimeSpan.Zero);
        Users = new UserStore(tables);
    }

    public FakeClock Clock { get; }

    public Tables Tables { get; }

    /// <summary>Counts what the server asks of the tables.</summary>
    public RoundTrips RoundTrips { get; }

    /// <summary>Follows no redirect and keeps no cookie.</summary>
    public HttpClient Http { get; }

    public ClientStore Clients { get; }

    public UserStore Users { get; }

    public static LocalSigner Signer => SharedSigner;

    public static async Task<AuthServer> StartAsync(Func<ServerOptions, ServerOptions>? configure = null)
    {
        var service = await TableService.StartAsync();
        var (roundTrips, clock) = (new RoundTrips(), new FakeClock());
        var tables = Tables.Connect(service.ConnectionString, null, options => options.AddPolicy(roundTrips, Azure.Core.HttpPipelinePosition.PerRetry));
        var options = new ServerOptions
        {
            Issuer = Issuer,
            Storage = service.ConnectionString,
            Listen = "http://127.0.0.1:0",
        };
        var app = PosternServer.Build(configure?.Invoke(options) ?? options, tables, new ServerKeys(SharedSigner, null, TimeSpan.FromMinutes(5)), clock);
        await app.StartAsync();
        var server = new AuthServer(service, app, tables, roundTrips, clock);
        await server.SeedAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.DisposeAsync();
        await service.DisposeAsync();
    }

    /// <summary>A browser that has been nowhere yet.</summary>
    public Browser Browser() => new(Http);

    /// <summary>POSTs a form as a confidential client with Basic, or as a public one with its id.</summary>
    public async Task<Answer> PostAsync(string path, string clientId, params (string Name, string Value)[] form)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        var isPublic = clientId is "app";
        if (!isPublic)
            request.Headers.Authorization = Basic(clientId, Secret);
        request.Content = Form(isPublic ? [.. form, ("client_id", clientId)] : form);
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

    public static AuthenticationHeaderValue Basic(string clientId, string secret) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{clientId}:{secret}")));

    public static FormUrlEncodedContent Form(params (string Name, string Value)[] form) => new(form.Select(field => KeyValuePair.Create(field.Name, field.Value)));

    private async Task SeedAsync()
    {
        foreach (var client in TestClients.All(Clock.Now))
            Assert.True(await Clients.TryAddAsync(client, default));
        Assert.True(await Users.TryAddAsync(TestUsers.Alice(Clock.Now), default));
        RoundTrips.Reset();
    }
}

using System.Security.Cryptography;
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
public sealed class AuthServer : RemoteServer, IAsyncDisposable
{
    // Making RSA keys is slow, and no test changes them.
    private static readonly LocalSigner SharedSigner = new(RSA.Create(2048), ECDsa.Create(ECCurve.NamedCurves.nistP256));

    private readonly TableService? service;
    private readonly WebApplication app;
    private readonly ServerKeys keys;

    private AuthServer(TableService? service, WebApplication app, Tables tables, ServerKeys keys, FakeClock clock)
        : base(new Uri(app.Urls.First()))
    {
        (this.service, this.app, Tables, this.keys, Clock) = (service, app, tables, keys, clock);
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
    internal ILogger Logger => app.Services.GetRequiredService<ILogger>();

    internal Functions Functions => app.Services.GetRequiredService<Functions>();

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
        clock ??= new FakeClock();
        var service = storage is null ? await TableService.StartAsync(clock) : null;
        storage ??= service!.ConnectionString;
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

    /// <summary>As its schedule does.</summary>
    public Task RunTimerAsync(string name) => Functions.Timers.Single(timer => timer.Name == name).Run(new TimerInfo(), default);

    /// <summary>As an operator does.</summary>
    public Task RotateKeysAsync() => keys.Keys!.RotateAsync(default);

    public async Task<IReadOnlyList<string>> TableNamesAsync() => await Tables.ListTablesAsync("", default);

    private async Task SeedAsync()
    {
        foreach (var client in TestClients.All(Clock.Now))
            await Clients.TryAddAsync(client, default);
        if (await Users.FindAsync(Subject, default) is null)
            await Users.TryAddAsync(TestUsers.Alice(Clock.Now), default);
        RoundTrips.Reset();
    }
}

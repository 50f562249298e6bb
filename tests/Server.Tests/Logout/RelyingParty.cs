using System.Collections.Concurrent;
using System.Net;
using Postern.Protocol;

namespace Postern.Tests;

/// <summary>A client's back channel on a loopback port, which takes logout tokens, or does not.</summary>
public sealed class RelyingParty : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<IFormCollection> received = new();

    private RelyingParty()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        app = builder.Build();
        app.Run(async http =>
        {
            received.Enqueue(await http.Request.ReadFormAsync());
            http.Response.StatusCode = Status;
        });
    }

    /// <summary>What it answers.</summary>
    public int Status { get; set; } = 200;

    public string Uri => $"{app.Urls.First()}/backchannel";

    /// <summary>The bodies it was posted.</summary>
    public IReadOnlyList<IFormCollection> Received => [.. received];

    public static async Task<RelyingParty> StartAsync()
    {
        var party = new RelyingParty();
        await party.app.StartAsync();
        return party;
    }

    /// <summary>Waits until it was called so often, and no longer than a busy machine needs.</summary>
    public async Task<IReadOnlyList<IFormCollection>> WaitAsync(int times)
    {
        for (var tries = 0; tries < 500 && received.Count < times; tries++)
            await Task.Delay(20);
        return Received;
    }

    /// <summary>A client that wants its logout tokens here.</summary>
    public Client Client(string id, DateTimeOffset now) =>
        TestClients.Confidential(id, now) with { RequireConsent = false, Logout = new ClientLogout { BackchannelLogoutUri = Uri } };

    public ValueTask DisposeAsync() => app.DisposeAsync();
}

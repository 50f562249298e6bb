using System.Net;
using System.Net.Sockets;
using System.Security.Claims;

namespace Postern.Tests;

/// <summary>An ASP.NET Core app on https://localhost, set up as some documentation says.</summary>
internal sealed class SampleApp : IAsyncDisposable
{
    private readonly WebApplication app;

    private SampleApp(WebApplication app) => this.app = app;

    public IServiceProvider Services => app.Services;

    /// <summary>Where an app will be, which has to be known for its registration first.</summary>
    public static string FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return $"https://localhost:{((IPEndPoint)listener.LocalEndpoint).Port}";
    }

    public static async Task<SampleApp> StartAsync(string address, Action<WebApplicationBuilder> configure, Action<WebApplication> map)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, new Uri(address).Port, listen => listen.UseHttps(Trust.Certificate)));
        builder.Services.AddAuthorization();
        configure(builder);
        var app = builder.Build();
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        map(app);
        await app.StartAsync();
        return new SampleApp(app);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    /// <summary>A page that says who is signed in: the name, and each claim's last value by its type.</summary>
    public static Known WhoIs(ClaimsPrincipal user) =>
        new(user.Identity?.Name, user.Claims.GroupBy(claim => claim.Type).ToDictionary(group => group.Key, group => group.Last().Value));
}

/// <summary>What an app knows of who is signed in.</summary>
internal sealed record Known(string? Name, Dictionary<string, string> Claims);

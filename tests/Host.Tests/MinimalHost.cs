using System.Text.Json;
using Postern.FunctionsHost;

namespace Postern.Tests;

/// <summary>The test host over the minimal worker, and what its functions tell.</summary>
public sealed class MinimalHost : IAsyncLifetime
{
    /// <summary>Where the build has put it.</summary>
    public static string Folder { get; } = Path.Combine(
        Checkout.Folder, "artifacts/bin/MinimalWorker", new DirectoryInfo(AppContext.BaseDirectory).Name);

    public TestHost Host { get; private set; } = null!;

    public HttpClient Http { get; private set; } = null!;

    public static async Task<MinimalHost> StartAsync(PlatformOptions? options = null)
    {
        var host = await TestHost.StartAsync(Folder, new Dictionary<string, string> { ["TOCK"] = "0 */5 * * * *" }, options);
        return new MinimalHost { Host = host, Http = Client(new Uri(host.Address, "/minimal/")) };
    }

    public async ValueTask InitializeAsync()
    {
        var started = await StartAsync();
        (Host, Http) = (started.Host, started.Http);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Host.DisposeAsync();
    }

    public async Task<Answer> GetAsync(string path)
    {
        using var response = await Http.GetAsync(path);
        return await Answer.ReadAsync(response);
    }

    public async Task<JsonElement> StateAsync() => (await GetAsync("state")).Json;

    /// <summary>Follows no redirect and keeps no cookie.</summary>
    public static HttpClient Client(Uri address) =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = address };
}

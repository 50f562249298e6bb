using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Postern.Local;

/// <summary>
/// Table Storage in this process and in memory: the REST subset that Postern's own client speaks, over real HTTP on a
/// loopback port, answering as the service does rather than as its emulator. There is one client code path for all.
/// </summary>
public sealed class TableService : IAsyncDisposable
{
    private const string Account = "embedded";

    private readonly byte[] key = RandomNumberGenerator.GetBytes(32);
    private readonly TableOperations operations;
    private readonly TimeProvider time;
    private readonly WebApplication app;

    private TableService(TimeProvider time)
    {
        (this.time, operations) = (time, new TableOperations(new TableMemory(), time));
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        app = builder.Build();
        app.Run(HandleAsync);
    }

    /// <summary>What a server or the command line takes as its storage setting.</summary>
    public string ConnectionString => $"AccountName={Account};AccountKey={Convert.ToBase64String(key)};TableEndpoint={app.Urls.First()}";

    /// <param name="time">The service's own clock; null: the machine's.</param>
    public static async Task<TableService> StartAsync(TimeProvider? time = null)
    {
        var service = new TableService(time ?? TimeProvider.System);
        await service.app.StartAsync();
        return service;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task HandleAsync(HttpContext http)
    {
        var answer = IsSigned(http.Request)
            ? await operations.HandleAsync(http.Request)
            : TableAnswer.Error(403, "AuthenticationFailed", "The signature does not fit.");
        http.Response.Headers.Date = time.GetUtcNow().ToString("R", CultureInfo.InvariantCulture);
        await answer.WriteAsync(http.Response);
    }

    // SharedKeyLite: the date and the resource, signed with the account's key.
    private bool IsSigned(HttpRequest request)
    {
        var toSign = $"{request.Headers["x-ms-date"]}\n/{Account}{RawPath(request)}";
        var expected = $"SharedKeyLite {Account}:{Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(toSign)))}";
        var given = request.Headers.Authorization.ToString();
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(given));
    }

    internal static string RawPath(HttpRequest request) =>
        request.HttpContext.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget.Split('?')[0];
}

using System.Text.Json;
using Postern.Protocol;

namespace Postern.Tests;

/// <summary>An issuer that says what a test wants at the well-known places.</summary>
internal sealed class IssuerStub : IAsyncDisposable
{
    private readonly WebApplication app;

    private IssuerStub()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        app = builder.Build();
        app.Run(http => http.Request.Path.Value switch
        {
            "/" + Paths.OpenIdConfiguration => AnswerAsync(http, new ServerMetadata(Announced ?? Address, [], []).ToJson()),
            "/" + Paths.Jwks => AnswerAsync(http, Json.Object(WriteKeys)),
            "/" + Paths.HealthReady => AnswerAsync(http, "{}"u8.ToArray(), IsReady ? 200 : 503),
            _ => AnswerAsync(http, "{}"u8.ToArray(), 404),
        });
    }

    public string Address => app.Urls.First();

    /// <summary>The issuer in the metadata, where it is another.</summary>
    public string? Announced { get; set; }

    public bool IsReady { get; set; } = true;

    public IReadOnlyList<Jwk> Keys { get; set; } = [];

    public static async Task<IssuerStub> StartAsync()
    {
        var stub = new IssuerStub();
        await stub.app.StartAsync();
        return stub;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private void WriteKeys(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("keys");
        foreach (var key in Keys)
            key.Write(writer);
        writer.WriteEndArray();
    }

    private static async Task AnswerAsync(HttpContext http, byte[] json, int status = 200)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        await http.Response.Body.WriteAsync(json);
    }
}

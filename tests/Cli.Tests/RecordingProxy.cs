using System.Collections.Concurrent;

namespace Postern.Tests;

/// <summary>Forwards to the table service and keeps what was sent, to see that no secret is among it.</summary>
internal sealed class RecordingProxy : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> sent = new();
    private readonly HttpClient http;
    private readonly WebApplication app;

    private RecordingProxy(string target)
    {
        http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri(target) };
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        app = builder.Build();
        app.Run(ForwardAsync);
    }

    public string Address => app.Urls.First();

    public string Sent => string.Join('\n', sent);

    public static async Task<RecordingProxy> StartAsync(string target)
    {
        var proxy = new RecordingProxy(target);
        await proxy.app.StartAsync();
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        http.Dispose();
    }

    private async Task ForwardAsync(HttpContext context)
    {
        var target = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget;
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        sent.Enqueue($"{context.Request.Method} {target} {System.Text.Encoding.UTF8.GetString(body.ToArray())}");
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), new Uri(http.BaseAddress + target.TrimStart('/')));
        if (body.Length > 0)
            request.Content = new ByteArrayContent(body.ToArray());
        foreach (var (name, value) in context.Request.Headers.Where(header => header.Key is not ("Host" or "Content-Length" or "Connection")))
            _ = request.Headers.TryAddWithoutValidation(name, (string?)value)
                || request.Content!.Headers.TryAddWithoutValidation(name, (string?)value);
        using var answer = await http.SendAsync(request);
        context.Response.StatusCode = (int)answer.StatusCode;
        var headers = answer.Headers.Concat(answer.Content.Headers);
        foreach (var (name, values) in headers.Where(header => header.Key is not ("Transfer-Encoding" or "Date")))
            context.Response.Headers[name] = values.ToArray();
        await answer.Content.CopyToAsync(context.Response.Body);
    }
}

using System.Net;
using Microsoft.AspNetCore.Http.Features;

namespace Postern.Tests;

/// <summary>What becomes of a request on its way to the table service, and of the answer on its way back.</summary>
public enum Fault
{
    None,

    /// <summary>It is taken, and neither carried out nor answered.</summary>
    Hang,

    /// <summary>The connection breaks before it is carried out.</summary>
    Drop,

    /// <summary>It is carried out, and the connection breaks.</summary>
    LoseAnswer,

    /// <summary>It is carried out, and never answered.</summary>
    HangAfterwards,

    /// <summary>The answer breaks off in the middle.</summary>
    BreakBody,

    /// <summary>The answer ends in the middle, and says that this is all.</summary>
    HalveBody,

    /// <summary>The service refuses, and does nothing.</summary>
    Busy,

    /// <summary>The service says that somebody else has changed the row.</summary>
    Changed,

    /// <summary>A gateway answers in its own words, each with its usual status.</summary>
    BadGateway,
    NotFoundByGateway,
    PageByGateway,
}

/// <summary>Stands between a client and a table service, on a loopback port, and does to each request what a test chooses.</summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Uri service;
    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private int requests;

    private FaultProxy(string connectionString)
    {
        var endpoint = connectionString.Split(';').Single(part => part.StartsWith("TableEndpoint=", StringComparison.Ordinal))["TableEndpoint=".Length..];
        service = new Uri(endpoint);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        app = builder.Build();
        app.Run(HandleAsync);
    }

    /// <summary>Chooses by the request and its number, from 1.</summary>
    public Func<HttpRequest, int, Fault> Choose { get; set; } = (_, _) => Fault.None;

    /// <summary>Leads to the service through this proxy.</summary>
    public string ConnectionString { get; private set; } = "";

    public int Requests => requests;

    public static async Task<FaultProxy> StartAsync(string connectionString)
    {
        var proxy = new FaultProxy(connectionString);
        await proxy.app.StartAsync();
        proxy.ConnectionString = connectionString.Replace(proxy.service.Authority, new Uri(proxy.app.Urls.First()).Authority, StringComparison.Ordinal);
        return proxy;
    }

    /// <summary>Does this to the requests of these methods, or to all.</summary>
    public void Do(Fault fault, params string[] methods) =>
        Choose = (request, _) => methods.Length == 0 || methods.Contains(request.Method) ? fault : Fault.None;

    /// <summary>Every so many requests, from now on, are carried out and not answered.</summary>
    public void LoseEvery(int one)
    {
        requests = 0;
        Choose = (_, number) => number % one == 0 ? Fault.LoseAnswer : Fault.None;
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await app.StopAsync(new CancellationToken(canceled: true));
        await app.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext context)
    {
        var fault = Choose(context.Request, Interlocked.Increment(ref requests));
        switch (fault)
        {
            case Fault.Hang:
                await HangAsync(context);
                break;
            case Fault.Drop:
                context.Abort();
                break;
            case Fault.Busy or Fault.Changed or Fault.BadGateway or Fault.NotFoundByGateway or Fault.PageByGateway:
                await RefuseAsync(context.Response, fault);
                break;
            default:
                using (var answer = await ForwardAsync(context.Request))
                    await AnswerAsync(context, answer, fault);
                break;
        }
    }

    private static async Task HangAsync(HttpContext context)
    {
        await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        context.Abort();
    }

    private static Task RefuseAsync(HttpResponse response, Fault fault)
    {
        var (status, code) = fault switch
        {
            Fault.Busy => (503, "ServerBusy"),
            Fault.Changed => (412, "UpdateConditionNotSatisfied"),
            Fault.BadGateway => (502, null),
            Fault.NotFoundByGateway => (404, null),
            _ => (200, null),
        };
        response.StatusCode = status;
        response.ContentType = code is null ? "text/html" : "application/json";
        return response.WriteAsync(
            code is null ? "<html><body>The gateway is sorry.</body></html>" : "{\"odata.error\":{\"code\":\"" + code + "\"}}");
    }

    private async Task<HttpResponseMessage> ForwardAsync(HttpRequest request)
    {
        var target = request.HttpContext.Features.Get<IHttpRequestFeature>()!.RawTarget;
        // The signature is over the path as it was sent.
        var asSent = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        using var forwarded = new HttpRequestMessage(new HttpMethod(request.Method), new Uri($"http://{service.Authority}{target}", asSent));
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        if (body.Length > 0)
            forwarded.Content = new ByteArrayContent(body.ToArray());
        foreach (var (name, values) in request.Headers)
        {
            if (name is "Host" or "Connection" or "Content-Length" or "Transfer-Encoding")
                continue;
            if (!forwarded.Headers.TryAddWithoutValidation(name, values.ToArray()))
                forwarded.Content?.Headers.TryAddWithoutValidation(name, values.ToArray());
        }
        // Whatever becomes of who asked: it is carried out.
        return await http.SendAsync(forwarded, HttpCompletionOption.ResponseContentRead);
    }

    private static async Task AnswerAsync(HttpContext context, HttpResponseMessage answer, Fault fault)
    {
        if (fault == Fault.HangAfterwards)
            await HangAsync(context);
        if (fault == Fault.LoseAnswer)
            context.Abort();
        if (fault is Fault.HangAfterwards or Fault.LoseAnswer)
            return;
        var (response, body) = (context.Response, await answer.Content.ReadAsByteArrayAsync());
        response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
        {
            if (name is not ("Connection" or "Keep-Alive" or "Transfer-Encoding" or "Content-Length"))
                response.Headers[name] = values.ToArray();
        }
        var sent = fault is Fault.BreakBody or Fault.HalveBody ? body[..(body.Length / 2)] : body;
        if (body.Length > 0)
            response.ContentLength = fault == Fault.HalveBody ? sent.Length : body.Length;
        await response.Body.WriteAsync(sent);
        if (fault == Fault.BreakBody)
            context.Abort();
    }
}
